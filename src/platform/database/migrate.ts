import { runMigrations as runQueueMigrations } from 'bullmq';
import pg from 'pg';
import { createDataSource } from './data-source.js';

// Any number that nothing else in this database uses. BullMQ takes a lock of its own.
const MIGRATION_LOCK = 0x6472756d;

/**
 * Brings our schema and that of the queue up to date. Any number of processes may call it at once: they wait
 * for each other at the lock, and those that come later find nothing left to do.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'drumbeat migrate' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const source = createDataSource({ url: databaseUrl, poolSize: 2 });
    await source.initialize();
    try {
      const done = await source.runMigrations({ transaction: 'each' });
      await runQueueMigrations(client);
      return done.map((migration) => migration.name);
    } finally {
      await source.destroy();
    }
  } finally {
    await client.end();
  }
}
