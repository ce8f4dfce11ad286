import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addAttempts, type AttemptTally, type BreakerLimits, whyStop } from './breaker.js';

const NONE: AttemptTally = { judged: 0, failed: 0, cause: null, causesDiffer: false };
const LIMITS: BreakerLimits = { firstFailures: 10, failurePercent: 50, minAttempts: 50 };

const tally = (judged: number, failures: (number | null)[]): AttemptTally =>
  addAttempts(NONE, judged, failures);
const times = (count: number, code: number | null) => Array.from({ length: count }, () => code);

describe('the limit on first failures', () => {
  it.each<[string, AttemptTally, number, boolean]>([
    ['nine of nine', tally(9, times(9, 132001)), 0, false],
    ['ten of ten', tally(10, times(10, 132001)), 0, true],
    ['ten of twenty', tally(20, times(10, 132001)), 0, true],
    ['ten of twenty-one', tally(21, times(10, 132001)), 0, false],
    ['ten of ten, but one message has arrived', tally(10, times(10, 132001)), 1, false],
    ['ten of ten for two causes', tally(10, [...times(9, 132001), 131026]), 0, false],
    ['ten of ten without a code', tally(10, times(10, null)), 0, true],
  ])('%s', (_, counted, delivered, stops) => {
    expect(whyStop(counted, LIMITS, delivered) !== null).toBe(stops);
  });

  it('reports what failed in words', () => {
    expect(whyStop(tally(12, times(11, 131026)), LIMITS, 0)).toBe(
      '11 of the first 12 messages failed for one cause and none has arrived: Message undeliverable (131026).',
    );
  });
});

describe('the limit on the share of failures', () => {
  it.each<[string, AttemptTally, boolean]>([
    ['does not apply to 49 attempts', tally(49, [...times(20, 1), ...times(20, 2)]), false],
    ['applies from the fiftieth attempt on', tally(50, [...times(15, 1), ...times(10, 2)]), true],
    ['allows a share just below it', tally(50, [...times(14, 1), ...times(10, 2)]), false],
  ])('%s', (_, counted, stops) => {
    expect(whyStop(counted, LIMITS, 5) !== null).toBe(stops);
  });

  it('names the share and the limit in the reason', () => {
    expect(whyStop(tally(60, [...times(20, 1), ...times(13, 2)]), LIMITS, 5)).toBe(
      '33 of 60 messages failed (55 %); this campaign stops at 50 %.',
    );
  });
});

it('never stops a campaign with both limits off', () => {
  const off = { firstFailures: null, failurePercent: null, minAttempts: 1 };
  expect(whyStop(tally(1_000, times(1_000, 100)), off, 0)).toBeNull();
});

it('never stops a campaign in which nothing fails', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 100 }), (judged, failurePercent) => {
      expect(whyStop(tally(judged, []), { ...LIMITS, failurePercent }, 0)).toBeNull();
    }),
  );
});

it('counts the same however the attempts are batched', () => {
  const attempts = fc.array(fc.option(fc.constantFrom<number | null>(null, 100, 131026)), { maxLength: 30 });
  fc.assert(
    fc.property(attempts, fc.nat(30), (codes, cut) => {
      const portions = [codes.slice(0, cut), codes.slice(cut)];
      const inTwo = portions.reduce((sum, part) => addAttempts(sum, part.length, part), NONE);
      expect(inTwo).toEqual(addAttempts(NONE, codes.length, codes));
    }),
  );
});
