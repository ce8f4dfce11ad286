import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

// The migration assembles these functions from pieces. The snapshot shows them whole, as PostgreSQL runs them.
const SNAPSHOT = join('test', 'database', 'campaigns', 'counters-trigger.sql');
const UPDATE = 'UPDATE_SNAPSHOTS';
const FUNCTIONS = [
  'count_inserted_recipients',
  'count_updated_recipients',
  'count_deleted_recipients',
  'count_no_recipients',
  'count_no_variants',
  'add_recipient_states',
  'add_recipient_events',
  'add_variant_states',
  'percent_of',
  'refuse_uncounted_change',
];

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function definitions(): Promise<string[]> {
  const { rows } = await client.query<{ sql: string }>(
    `SELECT pg_get_triggerdef(t.oid, true) AS sql
       FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
      WHERE p.proname = ANY ($1) AND NOT t.tgisinternal
      ORDER BY t.tgrelid::regclass::text, t.tgname`,
    [FUNCTIONS],
  );
  const functions = await client.query<{ sql: string }>(
    `SELECT pg_get_functiondef(p.oid) AS sql
       FROM pg_proc AS p JOIN unnest($1::text[]) WITH ORDINALITY AS wanted (name, place) ON p.proname = wanted.name
      WHERE p.pronamespace = 'public'::regnamespace
      ORDER BY wanted.place`,
    [FUNCTIONS],
  );
  expect(functions.rows).toHaveLength(FUNCTIONS.length);
  return [...rows, ...functions.rows].map(({ sql }) => sql.trim());
}

describe('the counter triggers', () => {
  it('are in the database as the snapshot shows them', async () => {
    const header = [
      '-- The counter triggers and their functions, as migrations/1764000210000-counters.ts and later ones made them.',
      `-- Generated from a migrated database. To update: ${UPDATE}=1 npm run jest -- counters-trigger\n`,
    ].join('\n');
    const statements = (await definitions()).map((statement) => `${statement};\n`);
    const sql = [header, ...statements].join('\n');
    if (process.env[UPDATE] === '1') writeFileSync(SNAPSHOT, sql);
    expect(readFileSync(SNAPSHOT, 'utf8')).toBe(sql);
  });
});
