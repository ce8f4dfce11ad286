import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { smallestStandstill } from '../../../test/support/standstill.js';
import { unstorable, unstorableInTurns } from './storable-text.js';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;

describe('unstorable', () => {
  it.each<[unknown, string]>([
    ['a\0b', ''],
    [{ name: 'a\0' }, 'name'],
    [{ list: [{ text: '\ud800' }] }, 'list.0.text'],
    [{ inner: { 'k\0': 1 } }, 'inner'],
    [{ body: nested(100_000) }, 'body'],
    [{ many: Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`k${n}`, n])) }, 'many'],
    [Array.from({ length: 800_000 }, () => ({})), ''],
  ])('names the place', (value, place) => {
    expect(unstorable(value)?.field.startsWith(place)).toBe(true);
  });

  it.each([undefined, null, 1, true, 'text', 'emoji 😀', nested(60), { a: [1, { b: null }] }])(
    'takes %j',
    (value) => {
      expect(unstorable(value)).toBeUndefined();
    },
  );

  it('takes whatever is well-formed JSON without NUL', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }), (value) => {
        if (!JSON.stringify(value).includes('\\u0000')) expect(unstorable(value)).toBeUndefined();
      }),
    );
  });
});

describe('unstorableInTurns', () => {
  it('finds the same, and leaves the event loop free on the way', async () => {
    const items = Array.from({ length: 300_000 }, (_, n) => ({ n }));
    const standstill = await smallestStandstill(async () => {
      expect(await unstorableInTurns(items)).toBeUndefined();
    });
    expect(await unstorableInTurns([{ a: { b: 'x\0' } }])).toEqual(unstorable([{ a: { b: 'x\0' } }]));
    expect(standstill).toBeLessThan(300);
  });
});
