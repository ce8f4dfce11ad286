import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exclusively } from './processes/exclusive.mjs';
import { runCommand } from './processes/run-command.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const SOURCES = ['src', 'migrations', 'simulator'];
const STAMP = '.sources-digest';

/** Compiles src/, migrations/ and simulator/ into dist/, unless dist/ was made from these very sources. */
export async function build(root = PROJECT): Promise<'built' | 'unchanged'> {
  return exclusively(`build ${root}`, async () => {
    const dist = join(root, 'dist');
    const digest = digestOfSources(root);
    if (stampOf(dist) === digest) return 'unchanged';

    const fresh = `${dist}.new`;
    await rm(fresh, { recursive: true, force: true });
    try {
      await compile(root, fresh);
      await writeFile(join(fresh, STAMP), digest);
      await replace(dist, fresh);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
    return 'built';
  });
}

function digestOfSources(root: string): string {
  const hash = createHash('sha256');
  const add = (file: string): void => {
    const path = join(root, file);
    const content = existsSync(path) ? readFileSync(path) : Buffer.of();
    hash.update(`${file}\0${content.length}\0`).update(content);
  };
  for (const folder of SOURCES.filter((name) => existsSync(join(root, name)))) {
    const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
    files.sort().forEach(add);
  }
  // The compiler and its options shape the result as much as the sources do.
  ['.swcrc', 'package-lock.json'].forEach(add);
  return hash.digest('hex');
}

function stampOf(dist: string): string | undefined {
  const stamp = join(dist, STAMP);
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}

async function compile(root: string, out: string): Promise<void> {
  const swc = join(PROJECT, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
  const folders = SOURCES.filter((name) => existsSync(join(root, name)));
  const options = ['--out-dir', out, '--quiet', '--copy-files', '--ignore', '**/*.spec.ts'];
  const result = await runCommand([process.execPath, swc, ...folders, ...options], { cwd: root });
  if (!result.ok) throw new Error(`The sources do not compile.\n${result.output.trim()}`);
}

/** Two renames: whoever starts in between finds no dist at all, never half of one, and builds again. */
async function replace(dist: string, fresh: string): Promise<void> {
  const old = `${dist}.old`;
  await rm(old, { recursive: true, force: true });
  if (existsSync(dist)) await rename(dist, old);
  await rename(fresh, dist);
  await rm(old, { recursive: true, force: true });
}

if (import.meta.main) {
  const begun = performance.now();
  try {
    const outcome = await build();
    console.log(`dist ${outcome} (${Math.round(performance.now() - begun)} ms)`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
