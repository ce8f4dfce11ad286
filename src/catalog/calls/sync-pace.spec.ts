import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { budgetOpensAt, hourlyBudget, outageWaitMs, pollDelayMs, throttleWaitMs } from './sync-pace.js';

const MINUTE = 60_000;
const NOW = new Date('2026-03-01T12:00:30Z');
const minutesAgo = (n: number) => new Date(Date.parse('2026-03-01T12:00:00Z') - n * MINUTE);

it.each([
  [0, 0],
  [1, 1_000],
  [2, 2_000],
  [3, 4_000],
  [7, 60_000],
  [2_000, 60_000],
])('after %i polls the next one waits %i ms', (polls, ms) => {
  expect(pollDelayMs(polls)).toBe(ms);
});

it.each([
  [7, 0, 7],
  [0, 0, 5],
  [0, 1, 10],
  [0, 2, 20],
  [0, 3, 40],
  [0, 4, 60],
  [0, 900, 60],
])('Meta says %i minutes, waited %i times: %i minutes', (said, waits, minutes) => {
  expect(throttleWaitMs(said, waits)).toBe(minutes * MINUTE);
});

it('waits ever longer after outages, at most five minutes', () => {
  expect([0, 1, 2, 6, 50].map(outageWaitMs)).toEqual([5_000, 10_000, 20_000, 300_000, 300_000]);
});

describe('the budget of an hour', () => {
  it('halves once Meta reports more than three quarters', () => {
    expect([hourlyBudget('write', 75), hourlyBudget('write', 76)]).toEqual([150, 75]);
    expect([hourlyBudget('read', 0), hourlyBudget('read', 100)]).toEqual([15_000, 7_500]);
  });

  it('is open while calls fit, and opens when enough of them are an hour old', () => {
    const calls = [
      { minute: minutesAgo(2), calls: 100 },
      { minute: minutesAgo(50), calls: 40 },
      { minute: minutesAgo(61), calls: 10 },
    ];
    expect(budgetOpensAt(calls, 150, 10, NOW)).toBeNull();
    expect(budgetOpensAt(calls, 150, 11, NOW)).toEqual(new Date(minutesAgo(50).getTime() + 61 * MINUTE));
    expect(budgetOpensAt(calls, 150, 100, NOW)).toEqual(new Date(minutesAgo(2).getTime() + 61 * MINUTE));
  });

  it('never lets more than the budget into any moving hour', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 15 * MINUTE }), { maxLength: 80 }),
        (budget, pauses) => {
          let now = NOW;
          const made: Date[] = [];
          for (const pause of pauses) {
            now = new Date(now.getTime() + pause);
            const minutes = made.map((at) => ({
              minute: new Date(Math.floor(at.getTime() / MINUTE) * MINUTE),
              calls: 1,
            }));
            now = budgetOpensAt(minutes, budget, 1, now) ?? now;
            made.push(now);
          }
          for (const at of made) {
            const hour = made.filter((other) => other <= at && other.getTime() > at.getTime() - 60 * MINUTE);
            expect(hour.length).toBeLessThanOrEqual(budget);
          }
        },
      ),
    );
  });
});
