import { mkdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { locateBinaries } from './cluster/binaries.ts';
import { initialise } from './cluster/initialise.ts';
import { chooseLauncher } from './cluster/launcher.ts';
import { connectionUrl } from './cluster/postmaster.ts';
import { serverSettings } from './cluster/server-settings.ts';
import { startServer } from './cluster/start-server.ts';
import { stopServer, type StopMode } from './cluster/stop-server.ts';
import { exclusively } from './processes/exclusive.mjs';

interface ClusterOptions {
  dir: string;
  /** Created if it is missing. */
  database: string;
  /** Server settings on top of those in server-settings.ts. */
  settings?: Readonly<Record<string, string>>;
  /** false: faster, but a power cut may cost the database. */
  durable?: boolean;
  /** Used if it is free. Otherwise, and by default, any free port. */
  port?: number;
}

export interface Cluster {
  url: string;
  port: number;
  dir: string;
  /** The server was already running. */
  adopted: boolean;
  stop(mode?: StopMode): Promise<void>;
}

/** An embedded PostgreSQL on `dir`: created, started, adopted or revived, whatever it takes. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { database, settings, durable = true, port: preferredPort } = options;
  const dir = await canonical(options.dir);
  const binaries = await locateBinaries();
  const launcher = chooseLauncher(binaries.postgres);

  const { port, adopted } = await exclusively(`cluster ${dir}`, async () => {
    if (!(await exists(join(dir, 'PG_VERSION')))) await initialise(dir, binaries, launcher, durable);
    return startServer(dir, binaries, launcher, serverSettings(durable, settings), preferredPort);
  });

  await ensureDatabase(await connectionUrl(dir, port, 'postgres'), database);
  return {
    url: await connectionUrl(dir, port, database),
    port,
    dir,
    adopted,
    stop: (mode) => stopCluster(dir, mode),
  };
}

/** Stops the server on `dir`, if one is running there. */
export async function stopCluster(dir: string, mode: StopMode = 'fast'): Promise<void> {
  return stopServer(await canonical(dir), mode);
}

/** One spelling per directory: the server compares it, and two starters must take the same lock. */
async function canonical(dir: string): Promise<string> {
  const wanted = resolve(dir);
  const parent = dirname(wanted);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  return realpath(wanted).catch(async () => join(await realpath(parent), basename(wanted)));
}

async function ensureDatabase(adminUrl: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  } catch (error) {
    // Two starters may both have found it missing.
    const alreadyMade = ['42P04', '23505'].includes((error as pg.DatabaseError).code ?? '');
    if (!alreadyMade) throw error;
  } finally {
    await client.end();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
