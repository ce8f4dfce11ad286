import { describe, expect, it } from '@jest/globals';
import { type EventOutcome, settleEvent } from './settle-event.js';

const NOW = new Date('2025-01-15T10:00:00Z');
const FINE: EventOutcome = { readable: true, failedParts: [], unhandledParts: [], failure: null };
const FAILED: EventOutcome = {
  ...FINE,
  failedParts: ['x#0'],
  unhandledParts: ['kind:clicks'],
  failure: 'x#0: no',
};

describe('settleEvent', () => {
  it.each([
    ['everything has taken effect', FINE, 1, 'processed', []],
    ['a part has no handler', { ...FINE, unhandledParts: ['kind:clicks'] }, 1, 'unhandled', ['kind:clicks']],
    ['a part failed', FAILED, 1, 'retry', ['x#0', 'kind:clicks']],
    ['a part failed for the tenth time', FAILED, 10, 'retry', ['x#0', 'kind:clicks']],
    ['a part failed for the eleventh time', FAILED, 11, 'failed', ['x#0', 'kind:clicks']],
    ['the body cannot be read', { ...FINE, readable: false }, 1, 'failed', []],
  ])('settles an event when %s', (_, outcome, attempts, status, openParts) => {
    const settlement = settleEvent(outcome, attempts, NOW);
    expect(settlement).toMatchObject({ status, openParts, failureReason: outcome.failure });
    expect(settlement.nextAttemptAt === null).toBe(status !== 'retry');
  });

  it('waits longer each time, a little over a day in total', () => {
    const waits = Array.from({ length: 10 }, (_, i) => {
      const { nextAttemptAt } = settleEvent(FAILED, i + 1, NOW);
      return ((nextAttemptAt?.getTime() ?? 0) - NOW.getTime()) / 60_000;
    });
    expect(waits.slice(0, 3)).toEqual([1.5, 3, 6]);
    expect(waits.reduce((sum, wait) => sum + wait, 0) / 60).toBeCloseTo(25.6, 1);
  });
});
