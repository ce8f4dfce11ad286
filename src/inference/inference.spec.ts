import { describe, expect, it } from '@jest/globals';
import { compareRates, halfWidth, tuning } from './confidence-sequence.js';
import { differenceOnce, holm, testRates } from './fixed-horizon.js';
import { logGamma } from './log-gamma.js';
import { normalQuantile, normalTail } from './normal.js';
import { isApart } from './sample.js';
import { detectableEffect, sampleSize } from './sample-size.js';
import { MISMATCH, shareBayesFactor } from './share-mismatch.js';
import { wilson } from './wilson.js';

const of = (successes: number, units: number) => ({ successes, units });

/** The expected figures come from arithmetic with 40 digits. */
function expectClose(value: number, expected: number, tolerance = 1e-9): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(Math.abs(expected) * tolerance);
}

describe('the special functions', () => {
  it.each([
    [0.5, 0.308537538725987],
    [1.96, 0.0249978951482204],
    [2.5, 0.00620966532577614],
    [3, 0.00134989803163009],
    [6, 9.86587645037698e-10],
    [10, 7.61985302416053e-24],
    [-1.96, 1 - 0.0249978951482204],
  ])('leave the tail above %d', (z, tail) => {
    expectClose(normalTail(z), tail, 1e-12);
  });

  it.each([
    [0.975, 1.95996398454005],
    [0.8, 0.841621233572914],
    [0.5, 0],
    [0.3, -0.524400512708041],
    [0.0001, -3.71901648545568],
    [1e-12, -7.03448382530113],
  ])('find the quantile of %d', (p, z) => {
    expectClose(normalQuantile(p), z, 1e-12);
  });

  it('refuse a quantile that does not exist', () => {
    expect(() => normalQuantile(0)).toThrow(RangeError);
    expect(() => normalQuantile(Number.NaN)).toThrow(RangeError);
  });

  it.each([
    [0.5, 0.5723649429247],
    [3.7, 1.42807232666539],
    [14.9, 24.9241320022173],
    [15, 25.1912211827387],
    [1_000, 5905.22042320918],
    [1_000_000, 12815504.5691476],
  ])('give the logarithm of the gamma of %d', (x, expected) => {
    expectClose(logGamma(x), expected, 1e-13);
  });
});

describe('the confidence sequence', () => {
  it.each([
    { a: of(100, 1000), b: of(150, 1000), alpha: 0.05, planned: 2000, half: 0.0448209172488, apart: true },
    { a: of(100, 1000), b: of(120, 1000), alpha: 0.05, planned: 2000, half: 0.0425154550206, apart: false },
    { a: of(50, 500), b: of(75, 500), alpha: 0.05, planned: 2000, half: 0.0644792753264, apart: false },
    {
      a: of(100, 1000),
      b: of(150, 1000),
      alpha: 0.05 / 3,
      planned: 2000,
      half: 0.0503891435077,
      apart: false,
    },
    { a: of(0, 500), b: of(10, 500), alpha: 0.05, planned: 1000, half: 0.0199105316692, apart: true },
    // Opt-outs, as a guardrail.
    { a: of(12, 1000), b: of(30, 1000), alpha: 0.05, planned: 2000, half: 0.019640572762, apart: false },
    { a: of(8, 1000), b: of(40, 1000), alpha: 0.05, planned: 2000, half: 0.0208618392317, apart: true },
  ])('of $a against $b at $alpha', ({ a, b, alpha, planned, half, apart }) => {
    const compared = compareRates(a, b, { alpha, planned });
    expectClose((compared.high - compared.low) / 2, half);
    expectClose(compared.difference, b.successes / b.units - a.successes / a.units);
    expect(isApart(compared)).toBe(apart);
  });

  it('is tuned to its planned end', () => {
    expectClose(tuning({ alpha: 0.05, planned: 2000 }), 0.00396807730087);
    // Narrower around the planned end than one that is tuned to ten times as many, or to a tenth.
    const at = (planned: number) => halfWidth(1e-4, 2000, { alpha: 0.05, planned });
    expect(at(2000)).toBeLessThan(at(20_000));
    expect(at(2000)).toBeLessThan(at(200));
  });

  it('says the same whichever of the two comes first, and grows narrower with every unit', () => {
    for (const units of [10, 100, 1_000, 10_000, 1_000_000]) {
      for (const [x, y] of [
        [0, 0],
        [0, units],
        [units / 10, units / 5],
        [units, units],
      ] as const) {
        const there = compareRates(of(x, units), of(y, units), { alpha: 0.05, planned: 5000 });
        const back = compareRates(of(y, units), of(x, units), { alpha: 0.05, planned: 5000 });
        expectClose(there.low, -back.high);
        expectClose(there.high, -back.low);
        const more = compareRates(of(x * 2, units * 2), of(y * 2, units * 2), { alpha: 0.05, planned: 5000 });
        expect(more.high - more.low).toBeLessThan(there.high - there.low);
        expect(there.high).toBeGreaterThan(there.difference);
      }
    }
  });
});

describe('tests that are read once', () => {
  it.each([
    { a: of(100, 1000), b: of(150, 1000), z: 3.38061701891, p: 0.00072323271643 },
    { a: of(100, 1000), b: of(120, 1000), z: 1.42930084982, p: 0.152917781864 },
    { a: of(120, 1000), b: of(150, 1000), z: 1.96304980762, p: 0.0496403868654 },
    { a: of(0, 1000), b: of(0, 1000), z: 0, p: 1 },
  ])('the pooled z of $a and $b', ({ a, b, z, p }) => {
    const tested = testRates(a, b);
    expectClose(tested.statistic, z);
    expectClose(tested.p, p);
  });

  it('Holm makes many p values comparable to one alpha', () => {
    const [a, b, c] = [of(100, 1000), of(120, 1000), of(150, 1000)] as const;
    const adjusted = holm([testRates(a, b).p, testRates(a, c).p, testRates(b, c).p]);
    expectClose(adjusted[0] ?? 0, 0.152917781864);
    expectClose(adjusted[1] ?? 0, 0.00216969814929);
    expectClose(adjusted[2] ?? 0, 0.0992807737307);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });

  it('the unpooled interval', () => {
    const { difference, low, high } = differenceOnce(of(38, 1000), of(450, 9000), 0.05);
    expectClose(difference, 0.012);
    expectClose(low, -0.00067685823252);
    expectClose(high, 0.0246768582325);
  });
});

it.each([
  [of(120, 1000), 0.101299260601, 0.141609075848],
  [of(0, 50), 0, 0.0713475991334],
  [of(50, 50), 1 - 0.0713475991334, 1],
])('Wilson gives the interval of %j', (counted, low, high) => {
  const interval = wilson(counted);
  expectClose(interval.low, low);
  expectClose(interval.high, high);
});

describe('the check of the shares', () => {
  it.each([
    { counts: [5000, 5000], weights: [5000, 5000], factor: 0.0992577313929 },
    { counts: [5000, 5400], weights: [5000, 5000], factor: 198.772591712 },
    { counts: [4700, 5300], weights: [5000, 5000], factor: 5520680.46586 },
    { counts: [9000, 900], weights: [9000, 1000], factor: 10.5597908491 },
    { counts: [9000, 800], weights: [9000, 1000], factor: 25323733.6862 },
    { counts: [500_000, 501_000], weights: [1, 1], factor: 0.0164279946915 },
    { counts: [330_000, 330_000, 334_000], weights: [1, 1, 1], factor: 955.694473819 },
  ])('$counts in shares of $weights', ({ counts, weights, factor }) => {
    // A million logarithms leave a little less of the digits.
    expectClose(shareBayesFactor(counts, weights), factor, 1e-7);
  });

  it('says nothing before anybody was seen, and stays a number when nothing fits', () => {
    expectClose(shareBayesFactor([0, 0], [1, 1]), 1);
    const certain = shareBayesFactor([1_000_000, 0], [1, 1]);
    expect(certain).toBeGreaterThan(MISMATCH);
    expect(Number.isFinite(certain)).toBe(true);
  });
});

describe('the size of a sample', () => {
  const wanted = { alpha: 0.05, power: 0.8, variants: 2 };

  it.each([
    { from: 0.1, to: 0.15, variants: 2, size: 686 },
    { from: 0.1, to: 0.12, variants: 2, size: 3841 },
    { from: 0.1, to: 0.15, variants: 3, size: 915 },
  ])('from $from to $to with $variants variants', ({ from, to, variants, size }) => {
    expect(sampleSize(from, to, { ...wanted, variants })).toBe(size);
  });

  it.each([10, 100, 686, 5_000, 1_000_000])('and what %d a variant can find belong together', (units) => {
    const effect = detectableEffect(0.1, units, wanted);
    if (effect === null) throw new Error('ten people can tell 10 % from 100 %');
    expect(sampleSize(0.1, 0.1 + effect, wanted)).toBeLessThanOrEqual(units);
    expect(sampleSize(0.1, 0.1 + effect * 0.999, wanted)).toBeGreaterThanOrEqual(units);
  });

  it('finds nothing with too few', () => {
    expect(detectableEffect(0.1, 0, wanted)).toBeNull();
    expect(detectableEffect(0.9, 10, wanted)).toBeNull();
  });
});
