import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { compileSegment } from '../../../src/segments/language/compile-segment.js';
import { parseSegment } from '../../../src/segments/language/parse-segment.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { insertCustomers, newShop } from '../../support/segment-customers.js';
import type { CustomerInMemory } from '../../support/segment-in-memory.js';

const NOW = new Date('2025-06-15T12:00:00Z');
const CAMPAIGN = '0197a000-0000-7000-8000-00000000000';

/** Customer n bought n times, for 100 each, and read n campaigns. Cancelled and refunded orders do not count. */
const customers: CustomerInMemory[] = [0, 1, 2, 3].map((times) => ({
  columns: { tags: [], is_active: true, subscription: 'subscribed', created_at: '2024-01-01T00:00:00Z' },
  attributes: {},
  orders: [
    ...Array.from({ length: times }, () => order('completed', '2025-06-01T00:00:00Z')),
    order('cancelled', '2025-06-14T00:00:00Z'),
    order('refunded', '2025-06-14T00:00:00Z'),
  ],
  campaigns: Array.from({ length: times }, (_, index) => ({
    campaignId: `${CAMPAIGN}${index}`,
    ...{ deliveredAt: null, readAt: '2025-06-01T00:00:00Z', respondedAt: null, clickedAt: null },
  })),
}));

function order(status: string, createdAt: string): CustomerInMemory['orders'][number] {
  return { status, createdAt, total: 100, items: [{ sku: `SKU-${status}`, name: 'A tour' }] };
}

let database: TestDatabase;
let source: DataSource;
let shop: string;
let ids: string[];
beforeAll(async () => {
  database = await createTestDatabase();
  source = await createDataSource({ url: database.url }).initialize();
  shop = await newShop(source.manager);
  ids = await insertCustomers(source.manager, shop, customers);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

async function found(condition: object): Promise<number[]> {
  const parsed = parseSegment({ logic: 'AND', conditions: [condition] }, NOW);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const rows = await rowsOf<{ id: string }>(
    source.manager,
    sql`SELECT p.id FROM user_profiles p WHERE p.organization_id = ${shop} AND ${compileSegment(parsed.segment, shop)}`,
  );
  return rows.map(({ id }) => ids.indexOf(id)).sort();
}

describe.each([
  ['orders.count', 1],
  ['orders.total', 100],
  ['campaigns.read', 1],
  ['campaigns.received', 1],
])('%s', (field, unit) => {
  it.each<[operator: string, value: number | number[], customers: number[]]>([
    ['eq', 0, [0]],
    ['eq', 2, [2]],
    ['ne', 0, [1, 2, 3]],
    ['ne', 2, [0, 1, 3]],
    ['in', [0, 3], [0, 3]],
    ['in', [1, 3], [1, 3]],
    ['notIn', [0, 3], [1, 2]],
    ['notIn', [1, 3], [0, 2]],
    ['gt', 0, [1, 2, 3]],
    ['gt', -1, [0, 1, 2, 3]],
    ['gte', 0, [0, 1, 2, 3]],
    ['gte', 2, [2, 3]],
    ['lt', 0, []],
    ['lt', 1, [0]],
    ['lte', 0, [0]],
    ['lte', 2, [0, 1, 2]],
    ['between', [0, 1], [0, 1]],
    ['between', [1, 2], [1, 2]],
    ['between', [-2, -1], []],
    ['between', [3, 1], []],
  ])('%s %j', async (operator, times, expected) => {
    const value = Array.isArray(times) ? times.map((time) => time * unit) : times * unit;
    const denied = [0, 1, 2, 3].filter((customer) => !expected.includes(customer));
    expect(await found({ field, operator, value })).toEqual(expected);
    expect(await found({ field, operator, value, not: true })).toEqual(denied);
    expect(await found({ field, operator, value, window: '30d' })).toEqual(expected);
    // Nothing happened in the last ten days: every customer is like customer 0.
    const lately = expected.includes(0) ? [0, 1, 2, 3] : [];
    expect(await found({ field, operator, value, window: '10d' })).toEqual(lately);
  });
});

it.each<[condition: object, customers: number[]]>([
  [{ field: 'orders.lastAt', operator: 'exists' }, [1, 2, 3]],
  [{ field: 'orders.lastAt', operator: 'notExists' }, [0]],
  [{ field: 'orders.lastAt', operator: 'withinLast', value: '15d' }, [1, 2, 3]],
  [{ field: 'orders.lastAt', operator: 'withinLast', value: '14d' }, []],
  [{ field: 'orders.lastAt', operator: 'notWithinLast', value: '14d' }, [0, 1, 2, 3]],
  [{ field: 'orders.lastAt', operator: 'before', value: '2025-06-02' }, [1, 2, 3]],
  [{ field: 'orders.products', operator: 'eq', value: 'SKU-cancelled' }, []],
  [{ field: 'orders.products', operator: 'contains', value: 'TOUR' }, [1, 2, 3]],
  [{ field: 'campaigns.read', operator: 'eq', value: true }, [1, 2, 3]],
  [{ field: 'campaigns.read', operator: 'ne', value: true }, [0]],
  [{ field: 'campaigns.read', operator: 'eq', value: false }, [0]],
  [{ field: 'campaigns.read', operator: 'eq', value: `${CAMPAIGN}1` }, [2, 3]],
  [{ field: 'campaigns.read', operator: 'notIn', value: [`${CAMPAIGN}1`, `${CAMPAIGN}2`] }, [0, 1]],
  [{ field: 'campaigns.read', operator: 'after', value: '2025-06-01' }, []],
  [{ field: 'campaigns.responded', operator: 'exists' }, []],
])('%j', async (condition, expected) => {
  expect(await found(condition)).toEqual(expected);
});
