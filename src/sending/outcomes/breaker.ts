import type { GraphError } from '../../whatsapp/errors/graph-error.js';
import { catalogEntry } from '../../whatsapp/errors/classify-error.js';

/** The outcomes of a campaign's attempts since it was last started or resumed. */
export interface AttemptTally {
  judged: number;
  failed: number;
  /** The cause of the first failure; `NO_CODE` when Meta gave no code. */
  cause: number | null;
  causesDiffer: boolean;
}

export const NO_ATTEMPTS: AttemptTally = { judged: 0, failed: 0, cause: null, causesDiffer: false };

export interface BreakerLimits {
  /** Null: never stops for this reason. */
  firstFailures: number | null;
  /** Null: never stops for this reason. */
  failurePercent: number | null;
  minAttempts: number;
}

export type FailureCause = GraphError['code'];

/** The same value as in the statistics. */
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
 * Why a campaign has to stop, in words for an operator; null: it may continue. There are two reasons: the first failures
 * share one cause and nothing has arrived, an early sign that something about the campaign is wrong; or too large a
 * share fails, whatever the causes.
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
