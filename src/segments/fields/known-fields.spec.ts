import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CUSTOMER_COLUMNS } from '../language/customer-columns.js';
import { parseField } from '../language/field-path.js';
import { CAMPAIGN_EVENTS, ORDER_MEASURES } from '../language/segment.js';
import { CUSTOMER_FIELDS, HISTORY_FIELDS } from './known-fields.js';
import { spreadIds } from './spread-ids.js';

it('lists every column once, with its kind, under a name that the grammar knows', () => {
  const columns = CUSTOMER_FIELDS.map(({ path }) => CUSTOMER_COLUMNS.get(path)?.name);
  expect(new Set(columns)).toEqual(new Set([...CUSTOMER_COLUMNS.values()].map(({ name }) => name)));
  expect(new Set(columns).size).toBe(columns.length);
  for (const { path, type } of CUSTOMER_FIELDS) expect(CUSTOMER_COLUMNS.get(path)?.kind).toBe(type);
});

it('lists every measure of orders and campaigns', () => {
  expect(HISTORY_FIELDS.map(({ path }) => path)).toEqual([
    ...ORDER_MEASURES.map((name) => `orders.${name}`),
    ...CAMPAIGN_EVENTS.map((name) => `campaigns.${name}`),
  ]);
  for (const { path } of HISTORY_FIELDS) expect(typeof parseField(path)).not.toBe('string');
});

it('spreads ids evenly from the first, below the last', () => {
  expect(
    spreadIds('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-00000000000a', 2),
  ).toEqual(['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000005']);
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), fc.integer({ min: 1, max: 100 }), (one, other, count) => {
      const [first = '', last = ''] = [one, other].sort();
      const ids = spreadIds(first, last, count);
      if (first !== last) expect([ids.length, ids[0]]).toEqual([count, first]);
      expect([...ids].sort()).toEqual(ids);
      for (const id of ids) expect(id >= first && id < last).toBe(true);
    }),
  );
});
