import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build } from '../launcher/build.ts';
import { runCommand } from '../launcher/processes/run-command.ts';

/**
 * Checks that `nest build` makes the same JavaScript as `npm run build`. Both compile a copy of the sources, so that a
 * running installation keeps its dist/.
 */
const ROOT = join(import.meta.dirname, '..', '..');
const NEST = join(ROOT, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
const INPUTS = [
  'src',
  'migrations',
  'simulator',
  '.swcrc',
  'nest-cli.json',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];

const copy = mkdtempSync(join(tmpdir(), 'drumbeat-nest-build-'));
try {
  for (const name of INPUTS) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  await nestBuild();
  renameSync(join(copy, 'dist'), join(copy, 'dist-of-nest'));
  await build(copy);

  const ours = hashesBelow(join(copy, 'dist'));
  const differing = differences(ours, hashesBelow(join(copy, 'dist-of-nest')));
  if (differing.length > 0)
    throw new Error(
      ['nest build differs from npm run build: bring nest-cli.json in line with build.ts', ...differing].join(
        '\n  ',
      ),
    );
  console.log(`nest build makes the same ${ours.size} files as npm run build`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

async function nestBuild(): Promise<void> {
  const { ok, output } = await runCommand([process.execPath, NEST, 'build'], { cwd: copy });
  if (!ok) throw new Error(`nest build failed.\n${output.trim()}`);
}

function hashesBelow(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [relative(folder, file), hashOf(file)]));
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function differences(ours: Map<string, string>, nests: Map<string, string>): string[] {
  return [...new Set([...ours.keys(), ...nests.keys()])].sort().flatMap((file) => {
    if (!nests.has(file)) return [`${file}: missing from nest build`];
    if (!ours.has(file)) return [`${file}: only in nest build`];
    return ours.get(file) === nests.get(file) ? [] : [`${file}: different content`];
  });
}
