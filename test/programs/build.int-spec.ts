import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { build } from '../../scripts/launcher/build.ts';
import { scratchFolder, type ScratchFolder } from './support/scratch-folder.ts';

let project: ScratchFolder;

beforeEach(() => {
  project = scratchFolder();
  cpSync('.swcrc', join(project.path, '.swcrc'));
  write('package-lock.json', '{}');
  write(
    'src/main.ts',
    `import { answer } from './deep/answer.js';\nexport const twice: number = 2 * answer;\n`,
  );
  write('src/deep/answer.ts', 'export const answer: number = 42;\n');
  write('src/deep/answer.spec.ts', 'export const spec: number = 1;\n');
  write('src/deep/page.html', '<p>');
});

afterEach(() => {
  project[Symbol.dispose]();
});

function write(file: string, content: string): void {
  mkdirSync(join(project.path, dirname(file)), { recursive: true });
  writeFileSync(join(project.path, file), content);
}

const made = (file: string): string => join(project.path, 'dist', file);

it('compiles sources and migrations, copies other files, and skips specs', async () => {
  write('migrations/1-first.ts', 'export class First1 {}\n');
  expect(await build(project.path)).toBe('built');

  expect(readFileSync(made('src/main.js'), 'utf8')).toContain('twice = 2 * answer');
  expect(JSON.parse(readFileSync(made('src/main.js.map'), 'utf8'))).toMatchObject({
    sources: ['../../src/main.ts'],
  });
  expect(existsSync(made('migrations/1-first.js'))).toBe(true);
  expect(readdirSync(made('src/deep')).sort()).toEqual(['answer.js', 'answer.js.map', 'page.html']);
  expect(readdirSync(project.path).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
});

it('does nothing when nothing has changed', async () => {
  await build(project.path);
  writeFileSync(made('src/main.js'), 'untouched');
  expect(await build(project.path)).toBe('unchanged');
  expect(readFileSync(made('src/main.js'), 'utf8')).toBe('untouched');
});

it.each([
  [
    'a source',
    () => {
      write('src/deep/answer.ts', 'export const answer: number = 43;\n');
    },
  ],
  [
    'the compiler options',
    () => {
      write('.swcrc', `${readFileSync('.swcrc', 'utf8')}\n`);
    },
  ],
  [
    'the compiler',
    () => {
      write('package-lock.json', '{ "packages": {} }');
    },
  ],
  [
    'a migration',
    () => {
      write('migrations/1-first.ts', 'export class First1 {}\n');
    },
  ],
])('builds again when %s has changed', async (_, change) => {
  await build(project.path);
  change();
  expect(await build(project.path)).toBe('built');
});

it('removes a deleted or renamed source from dist', async () => {
  await build(project.path);
  rmSync(join(project.path, 'src/deep/page.html'));
  expect(await build(project.path)).toBe('built');
  expect(existsSync(made('src/deep/page.html'))).toBe(false);
});

it('keeps the last good dist when the sources do not compile', async () => {
  await build(project.path);
  write('src/deep/answer.ts', 'export const = 1;\n');
  await expect(build(project.path)).rejects.toThrow(/do not compile[^]*src\/deep\/answer.ts/);
  expect(existsSync(made('src/deep/answer.js'))).toBe(true);
  expect(readdirSync(project.path).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
});

it('builds once when two start at the same instant', async () => {
  const both = await Promise.all([build(project.path), build(project.path)]);
  expect(both.sort()).toEqual(['built', 'unchanged']);
});
