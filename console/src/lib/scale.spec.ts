import { expect, it } from '@jest/globals';
import { axisTop, barsOf } from './scale.ts';

it.each([
  [[], 1],
  [[0], 1],
  [[7], 10],
  [[250, 12], 250],
  [[251], 500],
  [[1_001], 2_000],
])('puts the top of the axis of %j at %d', (values, top) => {
  expect(axisTop(values)).toBe(top);
});

it('keeps bars inside the box and beside one another', () => {
  const bars = barsOf([1, 2, 4], 4);
  for (const [index, bar] of bars.entries()) {
    expect(bar.start + bar.width).toBeLessThanOrEqual((index + 1) / 3);
    expect(bar.height).toBeLessThanOrEqual(1);
  }
});
