import { nextTry, type RetryRule } from '../../rules/calendar/retry-policy.js';
import type { WebhookEventStatus } from './webhook-event-status.js';

const MINUTE_MS = 60_000;
/** 1.5, 3, 6 ... minutes: ten tries again within a day and a bit, long enough for a night's outage. */
export const EVENT_RETRY: RetryRule = { retries: 10, firstDelayMs: 1.5 * MINUTE_MS, factor: 2 };

/** What came of looking at an event once. */
export interface EventOutcome {
  /** It is JSON with entries; if not, no retry can help. */
  readable: boolean;
  failedParts: readonly string[];
  /** Nobody handles them, or nobody here owns them. */
  unhandledParts: readonly string[];
  failure: string | null;
}

export interface Settlement {
  status: Exclude<WebhookEventStatus, 'received'>;
  openParts: string[];
  nextAttemptAt: Date | null;
  failureReason: string | null;
}

/** `attempts` counts this one. */
export function settleEvent(outcome: EventOutcome, attempts: number, now: Date): Settlement {
  const openParts = [...outcome.failedParts, ...outcome.unhandledParts];
  const settled = (status: Settlement['status'], nextAttemptAt: Date | null = null): Settlement => ({
    status,
    openParts,
    nextAttemptAt,
    failureReason: outcome.failure,
  });
  if (!outcome.readable) return settled('failed');
  if (outcome.failedParts.length > 0) {
    const next = nextTry(EVENT_RETRY, attempts, now);
    return next === null ? settled('failed') : settled('retry', next);
  }
  return settled(openParts.length > 0 ? 'unhandled' : 'processed');
}
