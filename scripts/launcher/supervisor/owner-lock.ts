import pg from 'pg';

const LOCK = 'SELECT pg_try_advisory_lock(4851263714) AS held';

/**
 * The supervisor that holds this lock in the embedded server stops the server at the end. PostgreSQL releases it with
 * the connection, so a killed supervisor leaves no trace of its ownership.
 */
export class OwnerLock {
  private readonly client: pg.Client;

  private constructor(client: pg.Client) {
    this.client = client;
  }

  static async connect(databaseUrl: string): Promise<OwnerLock> {
    // Not the application's database, whose advisory locks are its own.
    const url = new URL(databaseUrl);
    url.pathname = '/postgres';
    const client = new pg.Client({ connectionString: url.href, application_name: 'drumbeat supervisor' });
    client.on('error', () => undefined);
    await client.connect();
    return new OwnerLock(client);
  }

  /** The connection stays open whether or not it got the lock: its end shows that the server went away. */
  onLost(listener: () => void): void {
    this.client.once('end', listener);
  }

  async tryTake(): Promise<boolean> {
    const { rows } = await this.client.query<{ held: boolean }>(LOCK);
    return rows[0]?.held ?? false;
  }

  async close(): Promise<void> {
    this.client.removeAllListeners('end');
    await this.client.end().catch(() => undefined);
  }
}

const GONE_CODES = ['57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET'];
const GONE_MESSAGE = /^(Connection terminated|Client has encountered a connection error)/;

export function serverWentAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return GONE_MESSAGE.test(error.message) || ('code' in error && GONE_CODES.includes(String(error.code)));
}
