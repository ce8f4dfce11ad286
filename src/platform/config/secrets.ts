import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reads a secret of this installation, or creates it. The file appears complete and only once: processes that start
 * together each link a candidate, and all of them read the winner.
 */
export function readOrCreateSecret(dataDir: string, name: string, make: () => string): string {
  const path = join(dataDir, name);
  const known = readSecret(path);
  if (known !== undefined) return known;

  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const candidate = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(candidate, `${make()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(candidate, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(candidate, { force: true });
  }
  return readFileSync(path, 'utf8').trim();
}

export function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
