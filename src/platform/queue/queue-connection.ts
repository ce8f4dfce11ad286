import { type ConnectionOptions, createPostgresBackend, setDefaultBackendFactory } from 'bullmq';
import pg from 'pg';
import { SteadyClient } from '../database/steady-client.js';

/** Where the queues of this process live, and how to let go of it when they are all closed. */
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
  // A pool of ours: those that BullMQ makes end the process when PostgreSQL is shut down at the wrong moment.
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    application_name: 'drumbeat queue',
    options: '-c search_path=bullmq',
    keepAlive: true,
    Client: SteadyClient,
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
