import { nextOpening, type SendWindow } from './send-window.js';

/** How often to try again, and how the waiting grows: the first wait, then `factor` times the one before. */
export interface RetryRule {
  retries: number;
  firstDelayMs: number;
  factor: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A phone that could not be reached: after 1, 2 and 4 minutes, four attempts in all. */
export const UNREACHABLE_RETRY: RetryRule = { retries: 3, firstDelayMs: MINUTE_MS, factor: 2 };

/** Too many messages to one person: Meta asks for 4^x seconds, x = 0, 1, 2 ... */
export const PAIR_RATE_RETRY: RetryRule = { retries: 6, firstDelayMs: SECOND_MS, factor: 4 };

/** Withheld by Meta for this person: whoever tries again within a day is blocked for longer. */
export const NEXT_DAY_RETRY: RetryRule = { retries: 1, firstDelayMs: DAY_MS, factor: 1 };

/** When to try again after so many failed tries; null when that was the last one. */
export function nextTry(rule: RetryRule, failures: number, now: Date): Date | null {
  if (failures > rule.retries) return null;
  return new Date(now.getTime() + rule.firstDelayMs * rule.factor ** (failures - 1));
}

/** The same, put off until the send window is open: a retry is a message like any other. */
export function nextTryInWindow(
  rule: RetryRule,
  failures: number,
  now: Date,
  window: SendWindow | null,
  zone: string,
): Date | null {
  const next = nextTry(rule, failures, now);
  return next && nextOpening(window, next, zone);
}
