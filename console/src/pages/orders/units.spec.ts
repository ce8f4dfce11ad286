import { expect, it } from '@jest/globals';
import { typedCount, unitsHeld, unitsLeft } from './units.ts';

const line = { quantity: 5, fulfilledQuantity: 2, cancelledQuantity: 1, returnedQuantity: 1 };

it('knows what is left to send, and what money can be given back for', () => {
  expect([unitsLeft(line), unitsHeld(line)]).toEqual([2, 3]);
});

it.each([
  ['3', 3],
  [' 0 ', 0],
  ['', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
])('reads %j as %p', (typed, count) => {
  expect(typedCount(typed)).toBe(count);
});
