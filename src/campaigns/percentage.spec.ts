import { expect, it } from '@jest/globals';
import { percentage } from './percentage.js';

it.each([
  [2_500, 10_000, 25],
  [1, 3, 33.3],
  [2, 3, 66.7],
  [0, 0, 0],
  [5, 5, 100],
])('%d of %d is %d%%', (part, whole, expected) => {
  expect(percentage(part, whole)).toBe(expected);
});
