import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasFailedTooLong, nextAttemptAt } from './retry-schedule.js';

const NOW = new Date('2026-03-01T12:00:00Z');

describe('the attempts of a delivery', () => {
  it.each([
    [1, '2026-03-01T12:00:05.000Z'],
    [2, '2026-03-01T12:05:00.000Z'],
    [3, '2026-03-01T12:30:00.000Z'],
    [4, '2026-03-01T14:00:00.000Z'],
    [5, '2026-03-01T17:00:00.000Z'],
    [6, '2026-03-01T22:00:00.000Z'],
    [7, '2026-03-01T22:00:00.000Z'],
  ])('after attempt %i the next one comes at %s', (attempts, expected) => {
    expect(nextAttemptAt(attempts, NOW, 0.5)?.toISOString()).toBe(expected);
  });

  it('end with the eighth', () => {
    expect(nextAttemptAt(8, NOW, 0.5)).toBeNull();
  });

  it('are spread by a tenth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, random) => {
          const middle = (nextAttemptAt(attempts, NOW, 0.5)?.getTime() ?? 0) - NOW.getTime();
          const wait = (nextAttemptAt(attempts, NOW, random)?.getTime() ?? 0) - NOW.getTime();
          expect(Math.abs(wait - middle)).toBeLessThanOrEqual(middle / 10 + 1);
        },
      ),
    );
  });
});

it('an endpoint has failed too long after five days', () => {
  const since = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);
  expect(hasFailedTooLong(since(119), NOW)).toBe(false);
  expect(hasFailedTooLong(since(120), NOW)).toBe(true);
});
