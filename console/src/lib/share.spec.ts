import { expect, it } from '@jest/globals';
import { percent } from './share.ts';

it.each([
  [0, 0, 0],
  [0, 10, 0],
  [1, 10_000, 1],
  [9_999, 10_000, 99],
  [10_000, 10_000, 100],
  [4_702, 4_848, 97],
])('%d of %d is %d per cent', (part, whole, result) => {
  expect(percent(part, whole)).toBe(result);
});
