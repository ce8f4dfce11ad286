import type { GraphError } from '../../whatsapp/errors/graph-error.js';
import { catalogEntry } from '../../whatsapp/errors/classify-error.js';

/** What a campaign's attempts have come to since it was last started or resumed. */
export interface AttemptTally {
  judged: number;
  failed: number;
  /** The cause of the first failure; `NO_CODE` when it had none of Meta's. */
  cause: number | null;
  causesDiffer: boolean;
}

export const NO_ATTEMPTS: AttemptTally = { judged: 0, failed: 0, cause: null, causesDiffer: false };

export interface BreakerLimits {
  /** Null: never for that. */
  firstFailures: number | null;
  /** Null: never for that. */
  failurePercent: number | null;
  minAttempts: number;
}

export type FailureCause = GraphError['code'];

/** As the statistics have it. */
export const NO_CODE = -1;

export function addAttempts(
  tally: AttemptTally,
  judged: number,
  failures: readonly FailureCause[],
): AttemptTally {
  const next = { ...tally, judged: tally.judged + judged, failed: tally.failed + failures.length };
  for (const failure of failures) {
    const cause = failure ?? NO_CODE;
    next.cause ??= cause;
    next.causesDiffer ||= next.cause !== cause;
  }
  return next;
}

/**
 * Why a campaign has to stop, in words for an operator; null: it may go on. Two ways: the first sends fail for one and
 * the same cause and nothing has arrived, which tells early that something about the campaign is wrong; or too large a
 * share fails, for whatever causes.
 */
export function whyStop(
  { judged, failed, cause, causesDiffer }: AttemptTally,
  { firstFailures, failurePercent, minAttempts }: BreakerLimits,
  delivered: number,
): string | null {
  if (
    firstFailures !== null &&
    failed >= firstFailures &&
    cause !== null &&
    !causesDiffer &&
    delivered === 0 &&
    failed * 2 >= judged
  ) {
    return `${failed} of the first ${judged} messages failed for one cause and none has arrived: ${causeText(cause)}.`;
  }
  if (
    failurePercent !== null &&
    failed > 0 &&
    judged >= minAttempts &&
    failed * 100 >= judged * failurePercent
  ) {
    const share = Math.floor((failed * 100) / judged);
    return `${failed} of ${judged} messages failed (${share} %); this campaign stops at ${failurePercent} %.`;
  }
  return null;
}

function causeText(cause: number): string {
  if (cause === NO_CODE) return 'no code was given';
  const entry = catalogEntry(cause);
  return entry === null ? `error ${cause}` : `${entry.title} (${cause})`;
}
