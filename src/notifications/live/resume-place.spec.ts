import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idOf, placeIn } from './resume-place.js';

it('reads back every id that it gives', () => {
  const place = fc.record({
    xid: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
    seq: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
  });
  const time = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }).map((ms) => new Date(ms));
  fc.assert(
    fc.property(place, time, (known, at) => {
      expect(placeIn(idOf(known, at))).toEqual({ place: known, at });
    }),
  );
});

it.each([
  '',
  '1',
  '1-2',
  '-1-2-3',
  '1-2-3-4',
  '18446744073709551616-1-1',
  '1-9223372036854775808-1',
  'a-b-c',
  '1-1-zzzzzzzzzzz',
])('takes %s for none of its ids', (id) => {
  expect(placeIn(id)).toBeUndefined();
});
