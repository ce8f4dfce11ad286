import { expect, it } from '@jest/globals';
import { compareRates } from './confidence-sequence.js';
import { testRates } from './fixed-horizon.js';
import { isApart } from './sample.js';

const ALPHA = 0.05;

/** Fair dice with a fixed seed (mulberry32, public domain): every run sees the same people. */
function dice(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How many of so many people do it: only those who do are rolled for, by the distance from one to the next. */
function successesOf(people: number, rate: number, roll: () => number): number {
  const others = (): number => Math.floor(Math.log(1 - roll()) / Math.log(1 - rate));
  let successes = 0;
  for (let at = others(); at < people; at += 1 + others()) successes += 1;
  return successes;
}

it('finds a winner between equals in at most 5 of 100 tests, however often one looks; a plain z-test does not', () => {
  const RUNS = 4_000;
  const roll = dice(20_261_129);
  let [sequential, naive] = [0, 0];
  for (let run = 0; run < RUNS; run += 1) {
    const a = { units: 0, successes: 0 };
    const b = { units: 0, successes: 0 };
    let [bySequence, byTest] = [false, false];
    for (let look = 0; look < 19; look += 1) {
      const people = look === 0 ? 100 : 50;
      for (const variant of [a, b]) {
        variant.units += people;
        variant.successes += successesOf(people, 0.1, roll);
      }
      bySequence ||= isApart(compareRates(a, b, { alpha: ALPHA, planned: 2_000 }));
      byTest ||= testRates(a, b).p < ALPHA;
    }
    if (bySequence) sequential += 1;
    if (byTest) naive += 1;
  }
  expect(sequential / RUNS).toBeLessThanOrEqual(ALPHA);
  // Beside it, so that the figure above proves something: who looks 19 times with a z-test is wrong this often.
  expect(naive / RUNS).toBeGreaterThan(0.15);
});

it('decides a drip of 125 a variant and day between 10 and 15 %, and never for the wrong one', () => {
  const RUNS = 1_000;
  const roll = dice(7);
  let [decided, wrong] = [0, 0];
  const days: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const a = { units: 0, successes: 0 };
    const b = { units: 0, successes: 0 };
    for (let day = 1; day <= 20; day += 1) {
      for (const [variant, rate] of [
        [a, 0.1],
        [b, 0.15],
      ] as const) {
        variant.units += 125;
        variant.successes += successesOf(125, rate, roll);
      }
      const compared = compareRates(a, b, { alpha: ALPHA, planned: 5_000 });
      const isReady = Math.min(a.successes, b.successes) >= 10;
      if (!isReady || !isApart(compared)) continue;
      decided += 1;
      days.push(day);
      if (compared.difference < 0) wrong += 1;
      break;
    }
  }
  expect(decided / RUNS).toBeGreaterThanOrEqual(0.95);
  expect(wrong).toBe(0);
  expect(days.sort((x, y) => x - y)[Math.floor(days.length / 2)]).toBeLessThanOrEqual(8);
});
