import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bannedWords } from './banned-words.ts';

/** Reports each banned word in comments, texts and pages as `file:line words`, and fails if there is one. */
const ROOT = join(import.meta.dirname, '..', '..');
const PROGRAMS = ['src', 'console', 'simulator', 'scripts', 'test', 'migrations'];
/** Made from `openapi.yaml`, which is read itself. */
const GENERATED = /schema\.d\.ts$/;
const PAGES = ['openapi.yaml', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'];

const filesIn = (folder: string, ending: RegExp): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name))
    .sort();

const files = [
  ...PROGRAMS.flatMap((folder) =>
    filesIn(folder, /\.(ts|tsx|mts|mjs|css)$/).filter((file) => !GENERATED.test(file)),
  ),
  ...PAGES,
  ...filesIn('docs', /\.md$/),
];
let found = 0;
for (const file of files) {
  for (const { line, words } of bannedWords(file, readFileSync(join(ROOT, file), 'utf8'))) {
    console.error(`${file}:${line} ${words}`);
    found += 1;
  }
}
if (found > 0) {
  console.error(`${found} banned words: say it as CONTRIBUTING.md asks`);
  process.exitCode = 1;
}
