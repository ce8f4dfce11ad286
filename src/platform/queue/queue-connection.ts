import { createPostgresBackend, setDefaultBackendFactory, type ConnectionOptions } from 'bullmq';
import { SteadyClient } from '../database/steady-client.js';

/** Where the queues of this process live. */
export interface QueueTarget {
  backend: 'postgres' | 'redis';
  connection: ConnectionOptions;
}

/**
 * Points BullMQ at PostgreSQL or at Redis. The choice of backend is global to the process in BullMQ, so this
 * must run before the first Queue or Worker is made.
 *
 * Every Queue and Worker opens a pool of its own; at four connections each, a process with a handful of queues
 * stays well below the 100 that PostgreSQL allows by default.
 */
export function queueTarget(databaseUrl: string, redisUrl: string | undefined): QueueTarget {
  if (redisUrl === undefined) {
    setDefaultBackendFactory(createPostgresBackend);
    const connection = {
      Client: SteadyClient,
      connectionString: databaseUrl,
      max: 4,
      keepAlive: true,
      application_name: 'drumbeat queue',
    };
    // The type of the option knows only Redis; the PostgreSQL backend takes node-postgres settings here.
    return { backend: 'postgres', connection: connection };
  }
  setDefaultBackendFactory();
  const url = new URL(redisUrl);
  const connection: ConnectionOptions = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    maxRetriesPerRequest: null,
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(url.pathname.length > 1 ? { db: Number(url.pathname.slice(1)) } : {}),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
  return { backend: 'redis', connection };
}
