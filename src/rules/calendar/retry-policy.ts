import { nextOpening, type SendWindow } from './send-window.js';

/** How many retries, and how the wait grows: the first wait, then `factor` times the previous one. */
export interface RetryRule {
  retries: number;
  firstDelayMs: number;
  factor: number;
}

/** When to retry after this many failures; null when that was the last attempt. */
export function nextTry(rule: RetryRule, failures: number, now: Date): Date | null {
  if (failures > rule.retries) return null;
  return new Date(now.getTime() + rule.firstDelayMs * rule.factor ** (failures - 1));
}

/** The same, postponed until the send window opens: a retry is a message like any other. */
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
