import pg from 'pg';
import { connectionSettings, PATIENCE_OF_LISTENERS } from './connection-settings.js';

/** A small pool beside TypeORM's, for work that must not wait behind requests. */
export function ownPool(databaseUrl: string | undefined, name: string, max = 1): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max,
    application_name: name,
    ...connectionSettings(PATIENCE_OF_LISTENERS),
  });
  pool.on('error', () => undefined);
  return pool;
}
