import { expect, it } from '@jest/globals';
import { chosenCounts, unitsOf } from './chosen-counts.ts';

const items = [{ id: 'a' }, { id: 'b' }];

it.each([
  [{ a: '2', b: '0' }, [{ itemId: 'a', quantity: 2 }]],
  [
    { a: '1', b: '3' },
    [
      { itemId: 'a', quantity: 1 },
      { itemId: 'b', quantity: 3 },
    ],
  ],
  [{ a: '0', b: '0' }, undefined],
  [{ a: '4', b: '1' }, undefined],
  [{ a: 'x', b: '1' }, undefined],
  [{ a: '1' }, undefined],
])('%j is %j', (typed, chosen) => {
  expect(chosenCounts(items, typed, () => 3)).toEqual(chosen);
});

it('counts the pieces', () => {
  expect(
    unitsOf([
      { itemId: 'a', quantity: 2 },
      { itemId: 'b', quantity: 3 },
    ]),
  ).toBe(5);
});
