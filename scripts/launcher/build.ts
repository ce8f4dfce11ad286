import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildConsole } from './build-console.ts';
import { exclusively } from './processes/exclusive.mjs';
import { runCommand } from './processes/run-command.ts';
import { digestOfSources, STAMP, stampOf } from './sources-digest.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const SOURCES = ['src', 'migrations', 'simulator'];
// The compiler and its options shape the result as much as the sources do.
const OPTIONS = ['.swcrc', 'package-lock.json'];

/** Compiles src/, migrations/ and simulator/ into dist/, unless dist/ was built from exactly these sources. */
export async function build(root = PROJECT): Promise<'built' | 'unchanged'> {
  return exclusively(`build ${root}`, async () => {
    const dist = join(root, 'dist');
    const digest = digestOfSources(root, SOURCES, OPTIONS);
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

async function compile(root: string, out: string): Promise<void> {
  const swc = join(PROJECT, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
  const folders = SOURCES.filter((name) => existsSync(join(root, name)));
  const options = ['--out-dir', out, '--quiet', '--copy-files', '--ignore', '**/*.spec.ts'];
  const result = await runCommand([process.execPath, swc, ...folders, ...options], { cwd: root });
  if (!result.ok) throw new Error(`The sources do not compile.\n${result.output.trim()}`);
}

/** Two renames: a process that starts in between finds no dist at all, never half of one, and builds again. */
async function replace(dist: string, fresh: string): Promise<void> {
  const old = `${dist}.old`;
  await rm(old, { recursive: true, force: true });
  if (existsSync(dist)) await rename(dist, old);
  // The console is built by itself (build-console.ts) and stays.
  if (existsSync(join(old, 'console'))) await rename(join(old, 'console'), join(fresh, 'console'));
  await rename(fresh, dist);
  await rm(old, { recursive: true, force: true });
}

if (import.meta.main) {
  const begun = performance.now();
  try {
    const [application, page] = await Promise.all([build(), buildConsole()]);
    console.log(`dist ${application}, console ${page} (${Math.round(performance.now() - begun)} ms)`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
