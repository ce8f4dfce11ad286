import type pg from 'pg';

/**
 * An empty table with the columns, indexes, constraints, foreign keys and storage settings of another one, but
 * without its triggers: the cost of the bare work. LIKE omits foreign keys and storage settings.
 */
export async function createTwin(client: pg.ClientBase, table: string, twin: string): Promise<void> {
  const { rows } = await client.query<{ options: string | null; keys: string[] }>(
    `SELECT (SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = $1::regclass) AS options,
            ARRAY(SELECT pg_get_constraintdef(oid) FROM pg_constraint
                   WHERE conrelid = $1::regclass AND contype = 'f' ORDER BY conname) AS keys`,
    [table],
  );
  const { options = null, keys = [] } = rows[0] ?? {};
  await client.query(`DROP TABLE IF EXISTS ${twin}`);
  await client.query(
    `CREATE TABLE ${twin} (LIKE ${table} INCLUDING ALL)${options === null ? '' : ` WITH (${options})`}`,
  );
  for (const key of keys) await client.query(`ALTER TABLE ${twin} ADD ${key}`);
}
