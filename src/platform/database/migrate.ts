import { setTimeout as delay } from 'node:timers/promises';
import { runMigrations as runQueueMigrations } from 'bullmq';
import { createDataSource, type Migrations } from './data-source.js';
import { DEADLOCK, isOutage, sqlState } from './database.js';
import { SteadyClient } from './steady-client.js';

// Any number that nothing else in this database uses. BullMQ has a lock of its own.
const MIGRATION_LOCK = 0x6472756d;

/**
 * A migration may take its time. It must not wait for a lock: every other statement on the table would wait behind it.
 * It is tried again a moment later.
 */
const PATIENCE = { statementMs: 0, lockMs: 10_000, idleInTransactionMs: 60_000, silentMs: null };
const RETRY_MS = 500;

export interface Waiting {
  /** How long a database that is restarting, or a table that is busy, is waited for. */
  forMs?: number;
  /** Called before each new attempt. */
  onWait?: (error: unknown) => void;
}

/**
 * Brings our schema and that of the queue up to date. Any number of processes may call it at once: they wait for each
 * other at the lock, and later ones find nothing left to do.
 */
export async function migrate(
  databaseUrl: string,
  migrations: Migrations,
  { forMs = 60_000, onWait }: Waiting = {},
): Promise<string[]> {
  const end = performance.now() + forMs;
  for (;;) {
    try {
      return await migrateNow(databaseUrl, migrations);
    } catch (error) {
      if (!isWorthAnotherTry(error) || performance.now() >= end) throw error;
      onWait?.(error);
      await delay(RETRY_MS);
    }
  }
}

/** A migration that a deadlock with running processes has ended is rolled back whole, like one without its lock. */
function isWorthAnotherTry(error: unknown): boolean {
  return isOutage(error) || sqlState(error) === DEADLOCK;
}

async function migrateNow(databaseUrl: string, migrations: Migrations): Promise<string[]> {
  const client = new SteadyClient({
    connectionString: databaseUrl,
    application_name: 'drumbeat migrate',
    connectionTimeoutMillis: 10_000,
  });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const source = createDataSource({ url: databaseUrl, poolSize: 2, migrations, patience: PATIENCE });
    await source.initialize();
    try {
      const done = await source.runMigrations({ transaction: 'each' });
      await runQueueMigrations(client);
      return done.map((migration) => migration.name);
    } finally {
      await source.destroy();
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}
