import type { MissedPolicy, Overlap } from '../series/series-state.js';

/** What is known about an occurrence when its turn comes. */
export interface Situation {
  isPaused: boolean;
  /** Found later than the series tolerates, because no worker ran. */
  isLate: boolean;
  /** Its instant lies so far back that the one before it may simply not have had its turn. */
  isBehind: boolean;
  /** It is made before its hour: an earlier one may be over by then. */
  isAhead: boolean;
  /** No other date of the series is due. */
  isLatest: boolean;
  missed: MissedPolicy;
  overlap: Overlap;
  /** The date of an earlier occurrence that is not over; null: all are. */
  earlier: string | null;
  /** All that are not over end today. */
  endsToday: boolean;
  hasQueued: boolean;
}

export type Decision =
  | { kind: 'make' | 'replace' | 'wait' }
  | { kind: 'queue'; reason: string }
  | { kind: 'record'; state: 'skipped' | 'missed'; reason: string };

const skipped = (reason: string): Decision => ({ kind: 'record', state: 'skipped', reason });

/** What becomes of an occurrence. */
export function decide(situation: Situation): Decision {
  const { isPaused, isLate, isLatest, missed, earlier } = situation;
  if (isPaused) return skipped('series paused');
  if (isLate && (missed === 'skip' || (missed === 'last' && !isLatest))) {
    return { kind: 'record', state: 'missed', reason: 'no worker ran at its time' };
  }
  return earlier === null ? { kind: 'make' } : overlapping(situation, earlier);
}

/** Dates that are caught up run in their order: each waits for the one before it as long as that one is about to end. */
function overlapping(situation: Situation, earlier: string): Decision {
  const { overlap, isAhead, isBehind, endsToday, hasQueued } = situation;
  if (isAhead && overlap !== 'parallel') return { kind: 'wait' };
  const reason = `the occurrence of ${earlier} is not over`;
  switch (overlap) {
    case 'parallel':
      return { kind: 'make' };
    case 'replace':
      return isBehind && endsToday ? { kind: 'wait' } : { kind: 'replace' };
    case 'queue':
      if (isBehind && endsToday) return { kind: 'wait' };
      return hasQueued ? skipped('another occurrence is waiting already') : { kind: 'queue', reason };
    case 'skip':
      return isBehind && endsToday ? { kind: 'wait' } : skipped(reason);
  }
}
