import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unstorable } from './storable-text.js';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;

describe('unstorable', () => {
  it.each<[unknown, string]>([
    ['a\0b', ''],
    [{ name: 'a\0' }, 'name'],
    [{ list: [{ text: '\ud800' }] }, 'list.0.text'],
    [{ inner: { 'k\0': 1 } }, 'inner'],
    [{ body: nested(100_000) }, 'body'],
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
