import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { compileSegment } from '../../../src/segments/language/compile-segment.js';
import { parseSegment } from '../../../src/segments/language/parse-segment.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { insertCustomers, newShop } from '../../support/segment-customers.js';
import type { CustomerInMemory } from '../../support/segment-in-memory.js';

const NOW = new Date('2025-06-15T12:00:00Z');
const DOCUMENT = readFileSync(join(import.meta.dirname, '../../../docs/segments.md'), 'utf8');
/** Every recipe of the documentation, word for word. */
const RECIPES = new Map(
  [...DOCUMENT.matchAll(/### ([^\n]+)\n[^#]*?```json\n(.*?)```/gs)].map(([, title = '', json = '']) => [
    title,
    JSON.parse(json) as unknown,
  ]),
);

interface Person {
  columns?: CustomerInMemory['columns'];
  attributes?: CustomerInMemory['attributes'];
  orders?: [createdAt: string, total: number, sku?: string][];
  read?: string[];
  received?: string[];
  responded?: string[];
}

const BALI = { destination: 'Bali, Indonesia' };
const PEOPLE: Record<string, Person> = {
  recent: { attributes: { saleDetails: [{ ...BALI, createdAt: '2025-05-20T09:00:00Z' }] } },
  old: {
    attributes: {
      saleDetails: [
        { ...BALI, createdAt: '2023-05-20' },
        { destination: 'North Goa', createdAt: '2024-11-01' },
      ],
    },
  },
  traveller: { attributes: { saleDetails: { destination: 'Rome', travelDate: '2025-06-18' } } },
  later: { attributes: { saleDetails: [{ destination: 'Rome', travelDate: '2025-09-01T08:00:00+05:30' }] } },
  returned: { attributes: { saleDetails: [{ destination: 'Rome', travelDate: '2025-06-01' }] } },
  dreamer: { attributes: { interests: ['Surfing', 'bali'] } },
  tagged: { columns: { tags: ['bali'] } },
  buyer: { orders: [['2025-06-10T10:00:00Z', 50_000.01, 'BALI-5D']] },
  modest: { orders: [['2025-06-10T10:00:00Z', 50_000, 'GOA-3D']] },
  asleep: { columns: { customer_tier: 'premium' }, orders: [['2024-10-01T10:00:00Z', 20_000, 'BALI-7D']] },
  awake: { columns: { customer_tier: 'premium' }, orders: [['2025-03-01T10:00:00Z', 20_000]] },
  reader: { read: ['2025-06-01T10:00:00Z', '2025-05-01T10:00:00Z'] },
  answerer: { read: ['2025-06-01T10:00:00Z', '2025-05-01T10:00:00Z'], responded: ['2025-06-01T10:05:00Z'] },
  once: { read: ['2025-06-01T10:00:00Z', '2024-05-01T10:00:00Z'] },
  fresh: { received: ['2025-06-12T10:00:00Z'] },
};
const NAMES = Object.keys(PEOPLE);
const allBut = (...names: string[]): string[] => NAMES.filter((name) => !names.includes(name));

const EXPECTED: Record<string, string[]> = {
  'Customers who booked in the last 30 days': ['recent'],
  'Customers who ordered in the last 30 days': ['buyer', 'modest'],
  'Customers who spent more than 50,000': ['buyer'],
  'Customers interested in Bali': ['dreamer', 'tagged'],
  'Customers with upcoming bookings': ['traveller', 'later'],
  'Customers who travel in the next week': ['traveller'],
  'Bali since 2024, in one and the same booking': ['recent'],
  'Been to both Bali and Goa': ['old'],
  'Never been to Bali': allBut('recent', 'old'),
  'Premium customers who have not ordered for half a year': ['asleep'],
  'Bought a product': ['buyer', 'asleep'],
  'Read at least two campaigns in the last 90 days, and answered none': ['reader'],
  'Customers who got no message in the last week': allBut('fresh'),
};

let database: TestDatabase;
let source: DataSource;
let shop: string;
beforeAll(async () => {
  database = await createTestDatabase();
  source = await createDataSource({ url: database.url }).initialize();
  shop = await newShop(source.manager);
  await insertCustomers(source.manager, shop, Object.entries(PEOPLE).map(customer));
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

const CAMPAIGN = '0197a000-0000-7000-8000-00000000000';

function customer([name, person]: [string, Person]): CustomerInMemory {
  const { read = [], received = [], responded = [] } = person;
  const sent = Math.max(read.length, received.length, responded.length);
  return {
    columns: {
      ...{ display_name: name, tags: [], is_active: true, subscription: 'subscribed' },
      created_at: '2024-01-01T00:00:00Z',
      ...person.columns,
    },
    attributes: person.attributes ?? {},
    orders: (person.orders ?? []).map(([createdAt, total, sku = 'X']) => ({
      ...{ createdAt, total, status: 'completed' },
      items: [{ sku, name: 'A tour' }],
    })),
    campaigns: Array.from({ length: sent }, (_, index) => ({
      campaignId: `${CAMPAIGN}${index}`,
      deliveredAt: received[index] ?? read[index] ?? null,
      readAt: read[index] ?? null,
      respondedAt: responded[index] ?? null,
      clickedAt: null,
    })),
  };
}

it('covers every recipe', () => {
  expect([...RECIPES.keys()].sort()).toEqual(Object.keys(EXPECTED).sort());
});

it.each(Object.entries(EXPECTED))('%s', async (title, names) => {
  const parsed = parseSegment(RECIPES.get(title), NOW);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const rows = await rowsOf<{ name: string }>(
    source.manager,
    sql`SELECT p.display_name AS name FROM user_profiles p
         WHERE p.organization_id = ${shop} AND ${compileSegment(parsed.segment, shop)}`,
  );
  expect(rows.map(({ name }) => name).sort()).toEqual([...names].sort());
});
