import { nextTry, type RetryRule } from '../../rules/calendar/retry-policy.js';
import type { WebhookEventStatus } from './webhook-event-status.js';

const MINUTE_MS = 60_000;
/** 1.5, 3, 6 ... minutes: ten retries in a little over a day, enough to outlast an outage of a night. */
export const EVENT_RETRY: RetryRule = { retries: 10, firstDelayMs: 1.5 * MINUTE_MS, factor: 2 };

/** The result of processing an event once. */
export interface EventOutcome {
  /** The body is JSON with entries. If not, no retry can help. */
  readable: boolean;
  failedParts: readonly string[];
  /** Parts without a handler, or without an owner here. */
  unhandledParts: readonly string[];
  failure: string | null;
}

export interface Settlement {
  status: Exclude<WebhookEventStatus, 'received'>;
  openParts: string[];
  nextAttemptAt: Date | null;
  failureReason: string | null;
}

/** `attempts` includes this one. */
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
