import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextTry, nextTryInWindow, type RetryRule } from './retry-policy.js';
import { isOpen } from './send-window.js';

/** Rules as the error catalogue has them. */
const UNREACHABLE_RETRY: RetryRule = { retries: 3, firstDelayMs: 60_000, factor: 2 };
const PAIR_RATE_RETRY: RetryRule = { retries: 6, firstDelayMs: 1_000, factor: 4 };
const NEXT_DAY_RETRY: RetryRule = { retries: 1, firstDelayMs: 86_400_000, factor: 1 };

const NOW = new Date('2025-01-15T10:00:00Z');
const DAYTIME = { start: '09:00', end: '21:00' };

describe('nextTry', () => {
  it.each<[string, RetryRule, (number | null)[]]>([
    ['an unreachable phone', UNREACHABLE_RETRY, [60, 120, 240, null]],
    ['the pair rate', PAIR_RATE_RETRY, [1, 4, 16, 64, 256, 1024, null]],
    ['a message withheld by Meta', NEXT_DAY_RETRY, [86_400, null]],
    ['a campaign with five retries', { ...UNREACHABLE_RETRY, retries: 5 }, [60, 120, 240, 480, 960, null]],
    ['a campaign without retries', { ...UNREACHABLE_RETRY, retries: 0 }, [null]],
  ])('%s', (_, rule, seconds) => {
    const waits = seconds.map((_wait, n) => {
      const next = nextTry(rule, n + 1, NOW);
      return next && (next.getTime() - NOW.getTime()) / 1_000;
    });
    expect(waits).toEqual(seconds);
  });
});

describe('nextTryInWindow', () => {
  const next = (failures: number, now: string): string | undefined =>
    nextTryInWindow(UNREACHABLE_RETRY, failures, new Date(now), DAYTIME, 'Europe/Berlin')?.toISOString();

  it.each([
    [1, '2025-01-15T10:00:00Z', '2025-01-15T10:01:00.000Z'],
    [1, '2025-01-15T19:58:59Z', '2025-01-15T19:59:59.000Z'],
    [1, '2025-01-15T19:59:00Z', '2025-01-16T08:00:00.000Z'],
    [3, '2025-01-15T19:57:00Z', '2025-01-16T08:00:00.000Z'],
    [4, '2025-01-15T10:00:00Z', undefined],
  ])('failure %i at %s: next at %s', (failures, now, at) => {
    expect(next(failures, now)).toBe(at);
  });

  it('never tries earlier than the rule says, nor in a closed window', () => {
    const failures = fc.integer({ min: 1, max: 3 });
    const instants = fc.date({
      min: new Date('2024-01-01'),
      max: new Date('2026-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(failures, instants, (count, now) => {
        const plain = nextTry(UNREACHABLE_RETRY, count, now);
        const inWindow = nextTryInWindow(UNREACHABLE_RETRY, count, now, DAYTIME, 'America/New_York');
        if (plain === null || inWindow === null) throw new Error('three failures leave a retry');
        expect(inWindow.getTime()).toBeGreaterThanOrEqual(plain.getTime());
        expect(isOpen(DAYTIME, inWindow, 'America/New_York')).toBe(true);
      }),
    );
  });
});
