import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Changes with any of these folders and files. */
export function digestOfSources(root: string, folders: readonly string[], files: readonly string[]): string {
  const hash = createHash('sha256');
  const add = (file: string): void => {
    const path = join(root, file);
    const content = existsSync(path) ? readFileSync(path) : Buffer.of();
    hash.update(`${file}\0${content.length}\0`).update(content);
  };
  for (const folder of folders.filter((name) => existsSync(join(root, name)))) {
    const found = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
    found.sort().forEach(add);
  }
  files.forEach(add);
  return hash.digest('hex');
}

/** What a finished build wrote beside its result: the digest of the sources that it was built from. */
export const STAMP = '.sources-digest';

export function stampOf(folder: string): string | undefined {
  const stamp = join(folder, STAMP);
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}
