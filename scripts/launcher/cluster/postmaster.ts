import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { LOOPBACK } from '../processes/ports.ts';
import { PASSWORD_FILE, SUPERUSER } from './initialise.ts';

/** The process behind the postmaster.pid of a data directory. */
type ServerState =
  | { state: 'stopped' }
  /** The file is stale: its process is gone, or its id belongs to another program now. */
  | { state: 'stale' }
  /** Starting, recovering or shutting down. */
  | { state: 'busy'; pid: number }
  | { state: 'running'; pid: number; port: number };

/**
 * `pg_ctl status` only tests that some process has the id in the file. The proof is an answer from a server that
 * names this very directory.
 */
export async function inspectServer(dir: string): Promise<ServerState> {
  const lockFile = await readFile(join(dir, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (lockFile === undefined) return { state: 'stopped' };
  const lines = lockFile.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  const answer = await servedDirectory(dir, port);
  if (answer === dir) return { state: 'running', pid, port };
  const ours = worksIn(pid, dir) ?? (answer === undefined && isPostgres(pid));
  return ours ? { state: 'busy', pid } : { state: 'stale' };
}

export async function connectionUrl(dir: string, port: number, database: string): Promise<string> {
  const password = await readFile(join(dir, PASSWORD_FILE), 'utf8');
  return `postgres://${SUPERUSER}:${password.trim()}@${LOOPBACK}:${port}/${encodeURIComponent(database)}`;
}

async function servedDirectory(dir: string, port: number): Promise<string | undefined> {
  if (!Number.isInteger(port) || port <= 0) return undefined;
  const client = new pg.Client({
    connectionString: await connectionUrl(dir, port, 'postgres'),
    connectionTimeoutMillis: 3_000,
  });
  // A server that disconnects after this check must not end our process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ dir: string }>(`SELECT current_setting('data_directory') AS dir`);
    return rows[0]?.dir;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A postmaster works in its data directory. Undefined: this process may not look. */
function worksIn(pid: number, dir: string): boolean | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dir;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'EACCES' || code === 'EPERM' ? undefined : false;
  }
}

function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
  } catch {
    return false;
  }
}
