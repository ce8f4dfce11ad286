import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { runCommand } from '../processes/run-command.ts';
import type { Binaries } from './binaries.ts';
import type { Launcher } from './launcher.ts';

export const SUPERUSER = 'app';
export const PASSWORD_FILE = 'app-password';

/**
 * Creates a new cluster next to its final place and moves it there when it is complete. initdb writes PG_VERSION
 * early, so a cluster interrupted in its final place would look finished.
 */
export async function initialise(
  dir: string,
  binaries: Binaries,
  launcher: Launcher,
  durable: boolean,
): Promise<void> {
  await removeInterrupted(dir);
  const fresh = `${dir}.new-${process.pid}`;
  const password = `${fresh}.password`;
  try {
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 });
    const made = await runCommand(
      [
        ...launcher.prefix,
        binaries.initdb,
        `--pgdata=${fresh}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${password}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // PostgreSQL's own C.UTF-8: the same order and case rules on every system, whatever its locales.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      { cwd: '/', env: serverEnvironment() },
    );
    if (!made.ok) throw new Error(`initdb failed in ${fresh}:\n${made.output.trim()}`);
    await rename(password, join(fresh, PASSWORD_FILE));
    await rename(fresh, dir);
  } finally {
    await rm(password, { force: true });
    await rm(fresh, { recursive: true, force: true });
  }
}

/** The caller's PGPORT or PGDATA must not steer our server, nor its language the messages we parse. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(PG|LC_|LANG)/;
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
    LC_ALL: 'C',
  };
}

async function removeInterrupted(dir: string): Promise<void> {
  const parent = dirname(dir);
  const leftovers = (await readdir(parent)).filter((name) => name.startsWith(`${basename(dir)}.new-`));
  await Promise.all(leftovers.map((name) => rm(join(parent, name), { recursive: true, force: true })));
}
