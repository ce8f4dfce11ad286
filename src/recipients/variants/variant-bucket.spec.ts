import { describe, expect, it } from '@jest/globals';
import {
  assign,
  type Assignment,
  bucketIdentity,
  bucketOf,
  startsOf,
  weightsWithout,
} from './variant-bucket.js';

it.each([
  ['exp-1', '+14694652751', 1697],
  ['exp-1', '+919978783238', 8935],
  ['exp-1', '+5511999990000', 7605],
  ['exp-2', '+14694652751', 1662],
  ['exp-1', 'bsuid:US.13491208655302741918', 3782],
  ['exp-1/v', '+14694652751', 3454],
  ['exp-1/s', '+14694652751', 2828],
])('bucket(%s, %s) is %i', (seed, identity, bucket) => {
  expect(bucketOf(seed, identity)).toBe(bucket);
});

it('puts both spellings of an Argentine number into one bucket', () => {
  expect(bucketIdentity('+5491123456789')).toBe(bucketIdentity('+541123456789'));
});

const even: Assignment = {
  seed: 'exp-1',
  holdoutBp: 0,
  weights: [
    { number: 1, weightBp: 5_000 },
    { number: 2, weightBp: 5_000 },
  ],
  sampleBp: null,
};

describe('assignment', () => {
  it('begins each share where the one before it ends', () => {
    expect(
      startsOf([
        { number: 1, weightBp: 9_000 },
        { number: 2, weightBp: 1_000 },
      ]),
    ).toEqual([0, 9_000]);
  });

  it('gives one person the same variant every time, and another seed divides them otherwise', () => {
    const people = Array.from({ length: 200 }, (_, n) => `+1469465${String(n).padStart(4, '0')}`);
    const variants = people.map((person) => assign(even, person).variant);
    expect(people.map((person) => assign(even, person).variant)).toEqual(variants);
    expect(people.map((person) => assign({ ...even, seed: 'exp-2' }, person).variant)).not.toEqual(variants);
  });

  it('holds out, divides and samples independently of each other', () => {
    const all = { ...even, holdoutBp: 1_000, sampleBp: 2_000 };
    const counts = { held: 0, first: 0, second: 0, sampledFirst: 0, sampledSecond: 0 };
    for (let n = 0; n < 40_000; n++) {
      const { variant, wave } = assign(all, `+1${String(2_000_000_000 + n)}`);
      if (variant === 0) counts.held++;
      else if (variant === 1) counts.first++;
      else counts.second++;
      if (variant === 1 && wave === 0) counts.sampledFirst++;
      if (variant === 2 && wave === 0) counts.sampledSecond++;
    }
    expectNear(counts.held, 40_000, 0.1);
    expectNear(counts.first, 40_000, 0.45);
    expectNear(counts.sampledFirst, counts.first, 0.2);
    expectNear(counts.sampledSecond, counts.second, 0.2);
  });

  it('spreads numbers over a hundred bands', () => {
    const bands = new Array<number>(100).fill(0);
    for (let n = 0; n < 100_000; n++) {
      const band = Math.floor(bucketOf('exp-1', `+91${String(9_000_000_000 + n)}`) / 100);
      bands[band] = (bands[band] ?? 0) + 1;
    }
    for (const count of bands) expectNear(count, 100_000, 0.01);
  });
});

/** Within five standard deviations of the binomial. */
function expectNear(count: number, of: number, share: number): void {
  expect(Math.abs(count - of * share)).toBeLessThan(5 * Math.sqrt(of * share * (1 - share)));
}

it('shares the place of a dropped variant among the others, to the last bucket', () => {
  const third = [3_334, 3_333, 3_333].map((weightBp, n) => ({ number: n + 1, weightBp }));
  expect(weightsWithout(third, [2])).toEqual([
    { number: 1, weightBp: 5_001 },
    { number: 3, weightBp: 4_999 },
  ]);
  expect(weightsWithout(third, [1, 2])).toEqual([{ number: 3, weightBp: 10_000 }]);
});
