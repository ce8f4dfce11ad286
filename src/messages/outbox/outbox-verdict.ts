import type { SendAnswer } from '../../whatsapp/graph/graph-answer.js';
import { classify } from '../../whatsapp/errors/classify-error.js';
import type { GraphError } from '../../whatsapp/errors/graph-error.js';
import type { ErrorAction } from '../../whatsapp/errors/error-action.js';

/** What an answer means for a message of the outbox. `again`: it was certainly not sent and may be retried. */
export type OutboxVerdict =
  | { kind: 'accepted'; wamid: string; isHeld: boolean }
  | { kind: 'again'; error: GraphError }
  | { kind: 'refused'; error: GraphError }
  /** Meta may have it: never sent again, settled only by a status. */
  | { kind: 'in-doubt'; error: GraphError };

/** The cause is not this message: it passes, or an operator lifts it. */
const PASSES: ReadonlySet<ErrorAction['kind']> = new Set([
  'retry',
  'pair-backoff',
  'slow-down',
  'pause-sender',
  'pause-account',
  'pause-app',
]);

export function verdictOn(answer: SendAnswer): OutboxVerdict {
  switch (answer.outcome) {
    case 'accepted':
      return {
        kind: 'accepted',
        wamid: answer.wamid,
        isHeld: answer.messageStatus === 'held_for_quality_assessment',
      };
    case 'not-sent':
      return { kind: 'again', error: answer.error };
    case 'in-doubt':
      return { kind: 'in-doubt', error: answer.error };
    case 'refused': {
      const { transient, action } = classify({ ...answer.error, asynchronous: false });
      return { kind: transient || PASSES.has(action.kind) ? 'again' : 'refused', error: answer.error };
    }
  }
}

const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 10 * 60 * 1_000;

/** The wait grows with the attempts: 5, 10, 20 ... seconds, at most ten minutes. */
export function nextAttemptAt(attempts: number, now: Date): Date {
  return new Date(now.getTime() + Math.min(FIRST_DELAY_MS * 2 ** (attempts - 1), LONGEST_DELAY_MS));
}
