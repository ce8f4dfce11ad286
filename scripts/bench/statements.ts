import { writeFile } from 'node:fs/promises';
import type pg from 'pg';
import { profileFile } from './profile.ts';

export const STATEMENT_SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'all',
};

export async function forgetStatements(client: pg.ClientBase): Promise<void> {
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  await client.query('SELECT pg_stat_statements_reset()');
}

/** The statements that took the server's time, including those inside triggers and functions. */
export async function writeStatements(client: pg.ClientBase, name: string): Promise<string> {
  const { rows } = await client.query(
    `SELECT calls::int, rows::int, toplevel, round(total_exec_time::numeric, 1)::float AS total_ms,
            round(mean_exec_time::numeric, 3)::float AS mean_ms, wal_bytes::float8, shared_blks_dirtied::int AS dirtied,
            regexp_replace(query, '\\s+', ' ', 'g') AS query
       FROM pg_stat_statements WHERE query !~ 'pg_stat_statements' ORDER BY total_exec_time DESC LIMIT 60`,
  );
  const file = profileFile(`${name}-statements`, 'json');
  await writeFile(file, `${JSON.stringify(rows, null, 2)}\n`);
  return file;
}
