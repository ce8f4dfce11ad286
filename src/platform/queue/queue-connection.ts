import { type ConnectionOptions, createPostgresBackend, setDefaultBackendFactory } from 'bullmq';
import pg from 'pg';
import { connectionSettings, PATIENCE_OF_LISTENERS } from '../database/connection-settings.js';

/** Where the queues of this process live, and how to release it once they are all closed. */
export interface QueueTarget {
  backend: 'postgres' | 'redis';
  connection: ConnectionOptions;
  end: () => Promise<void>;
}

/** Every worker keeps one connection to listen on; the rest is shared by all queues of the process. */
const POOL_SIZE = 12;

/**
 * Points BullMQ at PostgreSQL or at Redis. The choice of backend is global to the process in BullMQ, so this
 * must run before the first Queue or Worker is made.
 */
export function queueTarget(databaseUrl: string, redisUrl: string | undefined): QueueTarget {
  return redisUrl === undefined ? postgresTarget(databaseUrl) : redisTarget(new URL(redisUrl));
}

function postgresTarget(databaseUrl: string): QueueTarget {
  setDefaultBackendFactory(createPostgresBackend);
  // Our own pool: BullMQ's pools end the process when PostgreSQL shuts down at the wrong moment.
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    application_name: 'drumbeat queue',
    ...connectionSettings(PATIENCE_OF_LISTENERS, 'bullmq'),
  });
  pool.on('error', () => undefined);
  // Each queue and worker adds a listener; there are more than the ten at which Node suspects a leak.
  pool.setMaxListeners(100);
  // The type of the option knows only Redis; the PostgreSQL backend takes a pool here.
  return { backend: 'postgres', connection: pool, end: () => pool.end() };
}

function redisTarget(url: URL): QueueTarget {
  setDefaultBackendFactory();
  const connection: ConnectionOptions = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    maxRetriesPerRequest: null,
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(url.pathname.length > 1 ? { db: Number(url.pathname.slice(1)) } : {}),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
  return { backend: 'redis', connection, end: () => Promise.resolve() };
}
