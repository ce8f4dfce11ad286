import pg from 'pg';

/**
 * A client that can lose its connection at any moment without ending the process. The pool listens for errors
 * only while a client is idle, and whoever took it starts listening a moment later: when PostgreSQL is shut down
 * right in between, the error has no listener, which Node treats as fatal (seen when connections are cut under
 * load). The query that follows on the dead connection fails and tells the caller.
 */
export class SteadyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/** A small pool of our own, beside TypeORM's, for what must not wait behind the requests. */
export function ownPool(databaseUrl: string | undefined, name: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 1,
    application_name: name,
    Client: SteadyClient,
    keepAlive: true,
  });
  pool.on('error', () => undefined);
  return pool;
}
