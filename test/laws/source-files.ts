import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface SourceFile {
  /** From the root of the repository, with forward slashes: `src/campaigns/campaigns.module.ts`. */
  path: string;
  text: string;
}

/** The names of all files below these folders, from the root of the repository. */
export function filesIn(...folders: string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
    )
    .sort();
}

export function sourceFiles(...folders: string[]): SourceFile[] {
  return filesIn(...folders)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

export const isSpec = (path: string): boolean => path.endsWith('.spec.ts');
