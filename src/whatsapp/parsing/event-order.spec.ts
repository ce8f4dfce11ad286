import { describe, expect, it } from '@jest/globals';
import { timeOf, type LastEvent, afterEvent, afterAnswer } from './event-order.js';

const NOW = new Date('2026-03-01T12:00:00.700Z');
const at = (seconds: number): Date => new Date(Date.parse('2026-03-01T12:00:00Z') + seconds * 1_000);
const eventAt = (seconds: number | null, event: string) => ({
  reportedAt: seconds === null ? null : at(seconds),
  raw: { event },
});

/** Applies events in the order of their arrival, and names those that take effect. */
function applied(...events: [seconds: number | null, event: string][]): string[] {
  let last: LastEvent | undefined;
  return events.flatMap(([seconds, event]) => {
    const after = afterEvent(last, eventAt(seconds, event), NOW);
    last = after ?? last;
    return after === null ? [] : [event];
  });
}

describe('an event', () => {
  it.each<[string, [number | null, string][], string[]]>([
    ['the first one', [[-60, 'A']], ['A']],
    ['a newer one', [[-60, 'A'], [-50, 'B']], ['A', 'B']], // prettier-ignore
    ['an older one', [[-50, 'B'], [-60, 'A']], ['B']], // prettier-ignore
    ['a repeated one', [[-60, 'A'], [-60, 'A']], ['A']], // prettier-ignore
    ['a different one of the same second', [[-60, 'A'], [-60, 'B'], [-60, 'A']], ['A', 'B']], // prettier-ignore
    ['one without a time', [[-60, 'A'], [null, 'B'], [-1, 'C']], ['A', 'B']], // prettier-ignore
    ['one from a clock ahead of ours', [[3_600, 'A'], [null, 'B']], ['A', 'B']], // prettier-ignore
  ])('is applied unless it is late or repeated: %s', (_, events, expected) => {
    expect(applied(...events)).toEqual(expected);
  });

  it('has whole seconds', () => {
    expect(timeOf(eventAt(null, 'A'), NOW)).toEqual(at(0));
  });
});

describe('an answer', () => {
  const last = afterEvent(undefined, eventAt(-10, 'A'), NOW) ?? undefined;

  it('counts as of the second in which we asked', () => {
    const answered = afterAnswer(last, NOW) ?? undefined;
    expect(afterEvent(answered, eventAt(-1, 'B'), NOW)).toBeNull();
    expect(afterEvent(answered, eventAt(0, 'B'), NOW)).not.toBeNull();
  });

  it('gives way to what was reported after we asked', () => {
    expect(afterAnswer(last, at(-11))).toBeNull();
    expect(afterAnswer(last, at(-10))).toEqual(last);
  });
});
