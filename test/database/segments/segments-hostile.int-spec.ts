import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { execute, rowsOf, sql } from '../../../src/platform/database/sql.js';
import { compileSegment } from '../../../src/segments/language/compile-segment.js';
import { parseSegment } from '../../../src/segments/language/parse-segment.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { insertCustomers, newShop } from '../../support/segment-customers.js';
import { type CustomerInMemory, isInSegment } from '../../support/segment-in-memory.js';

const NOW = new Date('2025-06-15T12:00:00Z');

/** Each is the name, tag and attribute of one customer and must not find any other. */
const HOSTILE = [
  "'",
  "''; DROP TABLE user_profiles; --",
  '"',
  '""',
  '\\',
  '\\\\',
  '\\"',
  '%',
  '%%',
  '_',
  '%_%',
  '\\%',
  '$1',
  '${1}',
  '{"a":1}',
  '{a,b}',
  '[]',
  'NULL',
  '$.a ? (@ == 1)',
  '$.** ? (@ != null)',
  'strict $',
  'lax $',
  '") || exists(@ ? (@ == "',
  '*/',
  '.*',
  '^',
  '$',
  '(?i)',
  '***=',
  '(a+)+$',
  '[[:alpha:]]',
  '\\d',
  '\n',
  '\t',
  '\u0001',
  '\u2028',
  'NaN',
  'Infinity',
  '1e999',
  '-0',
  '0x1f',
  '99999999999999999999999999',
  '__proto__',
  'constructor',
  '😀',
  '\u{10FFFF}',
  '\uFFFE',
  'ÉÈ',
  'x'.repeat(500),
];

let database: TestDatabase;
let source: DataSource;
let shop: string;
let ids: string[];
const customers: CustomerInMemory[] = HOSTILE.map((text) => ({
  columns: {
    ...{ address: text, tags: [text], is_active: true, subscription: 'subscribed' },
    created_at: '2024-01-01T00:00:00Z',
  },
  attributes: { text, list: [text, [text]], objects: [{ text }, { [text]: 'value' }], [text]: 'value' },
  orders: [],
  campaigns: [],
}));

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

async function found(condition: object, among = { shop, ids }): Promise<number[]> {
  const parsed = parseSegment({ logic: 'AND', conditions: [condition] }, NOW);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const segment = compileSegment(parsed.segment, among.shop);
  const rows = await rowsOf<{ id: string }>(
    source.manager,
    sql`SELECT p.id FROM user_profiles p WHERE p.organization_id = ${among.shop} AND ${segment}`,
  );
  return rows.map(({ id }) => among.ids.indexOf(id)).sort((a, b) => a - b);
}

const all = (ids: ArrayLike<unknown>): number[] => Array.from(ids, (_, index) => index);

describe.each(HOSTILE.map((text, index) => [text.slice(0, 40), text, index] as const))(
  '%j',
  (_, text, index) => {
    it.each(['address', 'tags', 'attributes.text', 'attributes.list', 'objects.text'])(
      '%s equals only itself',
      async (field) => {
        expect(await found({ field, operator: 'eq', value: text })).toEqual([index]);
        expect(await found({ field, operator: 'in', value: [text, 'nobody'] })).toEqual([index]);
        const others = all(HOSTILE).filter((other) => other !== index);
        expect(await found({ field, operator: 'ne', value: text })).toEqual(others);
      },
    );

    it.each(['address', 'attributes.text', 'attributes.list', 'objects.text'])(
      '%s contains it literally',
      async (field) => {
        for (const operator of ['contains', 'startsWith', 'gte']) {
          const query = { logic: 'AND', conditions: [{ field, operator, value: text }] };
          const expected = all(customers).filter((at) => {
            const customer = customers[at];
            return customer !== undefined && isInSegment(query, customer, NOW);
          });
          expect(expected).toContain(index);
          expect(await found({ field, operator, value: text })).toEqual(expected);
        }
      },
    );

    it('works as an attribute name', async () => {
      const key = JSON.stringify(text);
      const condition = { operator: 'eq', value: 'value' };
      if (key.length > 480) return;
      expect(await found({ field: `attributes.${key}`, ...condition })).toEqual([index]);
      expect(await found({ field: `objects.${key}`, ...condition })).toEqual([index]);
    });
  },
);

describe('size', () => {
  const many = Array.from({ length: 9_999 }, (_, index) => `nobody ${index}`);
  it.each(['address', 'tags', 'attributes.text', 'attributes.list', 'objects.text', 'email'])(
    '10,000 values for %s',
    async (field) => {
      const value = [...many, '%'];
      const expected = field === 'email' ? [] : [HOSTILE.indexOf('%')];
      expect(await found({ field, operator: 'in', value })).toEqual(expected);
      expect(await found({ field, operator: 'notIn', value })).toHaveLength(HOSTILE.length - expected.length);
    },
  );

  it('200 conditions, ten nested groups and a path as deep', async () => {
    const path = `attributes.${Array.from({ length: 19 }, (_, index) => `k${index}`).join('.')}`;
    const leaves = Array.from({ length: 190 }, (_, index) => ({
      field: index % 2 === 0 ? path : `${path.slice(0, -4)}.other`,
      operator: index % 3 === 0 ? 'withinLast' : 'ne',
      value: index % 3 === 0 ? '30d' : index,
    }));
    let query: object = { logic: 'AND', conditions: leaves };
    for (let depth = 0; depth < 8; depth++)
      query = { logic: depth % 2 === 0 ? 'OR' : 'AND', conditions: [query] };
    expect(await found(query)).toEqual([]);
  });
});

describe('numbers that no double can hold', () => {
  const RAW = ['1e400', '-1e400', '9007199254740993', '0.1', '123456789012345678901234567890.5'];
  const among = { shop: '', ids: [''] };
  beforeAll(async () => {
    among.shop = await newShop(source.manager);
    among.ids = await insertCustomers(source.manager, among.shop, customers.slice(0, RAW.length));
    for (const [index, number] of RAW.entries()) {
      const document = `{"number": ${number}}`;
      await execute(
        source.manager,
        sql`UPDATE user_profiles SET attributes = ${document}::jsonb WHERE id = ${among.ids[index]}`,
      );
    }
  });

  it.each<[operator: string, value: unknown, indexes: number[]]>([
    ['gt', 1e308, [0]],
    ['lt', -1e308, [1]],
    ['gt', 9_007_199_254_740_992, [0, 2, 4]],
    ['eq', 9_007_199_254_740_992, []],
    ['eq', 0.1, [3]],
    ['between', [0, '1'], [3]],
    ['lte', 5e-324, [1]],
  ])('%s %j', async (operator, value, indexes) => {
    expect(await found({ field: 'attributes.number', operator, value }, among)).toEqual(indexes);
  });
});
