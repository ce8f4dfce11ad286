import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { execute, rowsOf, sql } from '../../../src/platform/database/sql.js';
import { compileSegment } from '../../../src/segments/language/compile-segment.js';
import { parseSegment } from '../../../src/segments/language/parse-segment.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { newShop } from '../../support/segment-customers.js';

const NOW = new Date('2025-06-15T12:00:00Z');
const CUSTOMERS = 50_000;
const ATTRIBUTES = 'user_profiles_attributes_idx';

let database: TestDatabase;
let source: DataSource;
let shop: string;
beforeAll(async () => {
  database = await createTestDatabase();
  source = await createDataSource({ url: database.url }).initialize();
  shop = await newShop(source.manager);
  const { manager } = source;
  await execute(
    manager,
    sql`INSERT INTO user_profiles (organization_id, whatsapp_user_id, city, customer_tier, tags, attributes, created_at, updated_at)
        SELECT ${shop}, 'u' || n, 'City ' || n % 500, 'tier ' || n % 4, ARRAY['tag ' || n % 1000],
               jsonb_build_object('level', n % 1000, 'deep', jsonb_build_object('er', jsonb_build_array(
                 jsonb_build_object('place', 'Place ' || n % 1000, 'at', '2025-06-01', 'price', n),
                 jsonb_build_object('place', 'Elsewhere', 'at', '2024-06-01', 'price', n)))),
               ${NOW}, ${NOW}
          FROM generate_series(1, ${CUSTOMERS}::int) n`,
  );
  await execute(
    manager,
    sql`INSERT INTO whatsapp_orders (organization_id, order_number, phone_number, customer_id, customer_name, subtotal, total, created_at, updated_at)
        SELECT ${shop}, 'ORD-' || whatsapp_user_id, '+1', id, 'x', 1, 1,
               ${NOW}::timestamptz - interval '1 minute' * substr(whatsapp_user_id, 2)::int, ${NOW}
          FROM user_profiles`,
  );
  await rowsOf(manager, sql`VACUUM ANALYZE user_profiles, whatsapp_orders`);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

async function planOf(query: object): Promise<string> {
  const parsed = parseSegment(query, NOW);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const rows = await rowsOf<{ 'QUERY PLAN': string }>(
    source.manager,
    sql`EXPLAIN SELECT p.id FROM user_profiles p
         WHERE p.organization_id = ${shop} AND ${compileSegment(parsed.segment, shop)}`,
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const all = (...conditions: object[]): object => ({ logic: 'AND', conditions });
const place = { field: 'deep.er.place', operator: 'eq', value: 'Place 7' };
const tag = { field: 'tags', operator: 'contains', value: 'tag 7' };

it.each<[what: string, index: string, query: object]>([
  ['a nested attribute in an array', ATTRIBUTES, all(place)],
  ['a number', ATTRIBUTES, all({ field: 'level', operator: 'eq', value: 7 })],
  ['one of some values', ATTRIBUTES, all({ ...place, operator: 'in', value: ['Place 7', 'Place 8'] })],
  [
    'an element with a date',
    ATTRIBUTES,
    all(place, { field: 'deep.er.at', operator: 'withinLast', value: '30d' }),
  ],
  [
    'an element with a range and a negation',
    ATTRIBUTES,
    all(
      place,
      { field: 'deep.er.price', operator: 'gt', value: 5 },
      { field: 'deep.er.at', operator: 'ne', value: 'x' },
    ),
  ],
  ['a group in a group', ATTRIBUTES, all(all(place))],
  ['a tag', 'user_profiles_tags_idx', all(tag)],
  ['either of two', 'BitmapOr', { logic: 'OR', conditions: [tag, place] }],
  [
    'city and tier',
    'user_profiles_city_idx',
    all(
      { field: 'city', operator: 'eq', value: 'City 7' },
      { field: 'customerTier', operator: 'eq', value: 'tier 3' },
    ),
  ],
  [
    'the last order',
    'whatsapp_orders_created_idx',
    all({ field: 'orders.lastAt', operator: 'withinLast', value: '1h' }),
  ],
])('finds %s through %s', async (_, index, query) => {
  const plan = await planOf(query);
  expect(plan).toContain(index);
  expect(plan).not.toContain('Seq Scan on user_profiles');
});

it.each<[what: string, query: object]>([
  ['a range', all({ field: 'level', operator: 'gt', value: 998 })],
  ['a part of a text', all({ ...place, operator: 'contains', value: 'ce 7' })],
  ['a negative number', all({ field: 'level', operator: 'eq', value: -7 })],
  ['a negation', all({ ...place, not: true })],
])('does not read the whole index for %s', async (_, query) => {
  expect(await planOf(query)).not.toContain(ATTRIBUTES);
});
