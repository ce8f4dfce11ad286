import pg from 'pg';

/** One statement on a connection of its own: PostgreSQL may have been restarted since the last one. */
export async function query<T extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<T>(text, values);
    return rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
