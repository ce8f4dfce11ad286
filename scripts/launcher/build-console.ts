import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { exclusively } from './processes/exclusive.mjs';
import { runCommand } from './processes/run-command.ts';
import { digestOfSources, STAMP, stampOf } from './sources-digest.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const COMPRESSIBLE = /\.(js|css|svg)$/;
// Higher levels take many times as long for a few per cent.
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

/** Builds console/ into dist/console, unless it was built from exactly these sources. */
export async function buildConsole(root = PROJECT): Promise<'built' | 'unchanged'> {
  if (!existsSync(join(root, 'console'))) return 'unchanged';
  return exclusively(`build console ${root}`, async () => {
    const digest = digestOfSources(root, ['console'], ['package-lock.json']);
    const place = join(root, 'dist', 'console');
    if (stampOf(place) === digest) return 'unchanged';

    const fresh = join(root, 'dist.console');
    try {
      await bundle(root, fresh);
      await compress(join(fresh, 'assets'));
      await writeFile(join(fresh, STAMP), digest);
      // The same lock as that of build.ts, which exchanges the folder around us.
      await exclusively(`build ${root}`, async () => {
        await mkdir(join(root, 'dist'), { recursive: true });
        await rm(place, { recursive: true, force: true });
        await rename(fresh, place);
      });
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
    return 'built';
  });
}

async function bundle(root: string, out: string): Promise<void> {
  const vite = join(PROJECT, 'node_modules', 'vite', 'bin', 'vite.js');
  const config = ['--config', 'console/vite.config.ts', '--configLoader', 'native'];
  const options = ['--outDir', out, '--emptyOutDir', '--logLevel', 'warn'];
  const env = { ...process.env, NODE_ENV: 'production' };
  const result = await runCommand([process.execPath, vite, 'build', ...config, ...options], {
    cwd: root,
    env,
  });
  if (!result.ok) throw new Error(`The console does not compile.\n${result.output.trim()}`);
}

/** Once at the build instead of at every request. */
async function compress(folder: string): Promise<void> {
  const names = readdirSync(folder).filter((name) => COMPRESSIBLE.test(name));
  await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const content = await readFile(path);
      await writeFile(`${path}.br`, await promisify(brotliCompress)(content, BROTLI));
      await writeFile(`${path}.gz`, await promisify(gzip)(content));
    }),
  );
}
