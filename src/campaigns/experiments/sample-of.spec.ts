import { expect, it } from '@jest/globals';
import { sampleOf } from './sample-of.js';

const plain = { holdoutBp: 0, samplePercent: 20, maxSample: null };

it.each([
  ['split', {}, 1_000, 1_000, null],
  ['split', { maxSample: 300 }, 1_000, 300, null],
  ['continue', {}, 1_000, 500, null],
  ['continue', { maxSample: 800, holdoutBp: 1_000 }, 1_000, 800, null],
  ['continue', { maxSample: 2_000, holdoutBp: 1_000 }, 1_000, 900, null],
  ['wait', {}, 1_000, 200, 2_000],
  ['wait', { holdoutBp: 1_000 }, 1_000, 180, 2_000],
  // The share of the sample follows the most that are asked for.
  ['wait', { maxSample: 400 }, 100_000, 400, 40],
  ['wait', { maxSample: 400, holdoutBp: 5_000 }, 100_000, 400, 80],
  ['wait', { maxSample: 300 }, 1_000, 200, 2_000],
  // Less than one of 10,000 cannot be drawn.
  ['wait', { maxSample: 9 }, 100_000, 0, 0],
  ['wait', { maxSample: 400 }, 0, 0, 2_000],
] as const)('%s with %j of %i people: %i, of 10,000 %s', (mode, more, people, planned, sampleBp) => {
  expect(sampleOf({ ...plain, mode, ...more }, people)).toEqual({ planned, sampleBp });
});
