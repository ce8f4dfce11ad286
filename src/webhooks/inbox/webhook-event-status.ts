/**
 * - `received`: waits to be processed;
 * - `retry`: parts of it failed and are retried at `nextAttemptAt`;
 * - `processed`: all of it has taken effect;
 * - `unhandled`: all of it but parts that have no handler in this version, which are kept for a later one;
 * - `failed`: parked; parts of it failed on every try.
 */
export const WEBHOOK_EVENT_STATUSES = ['received', 'retry', 'processed', 'unhandled', 'failed'] as const;
export type WebhookEventStatus = (typeof WEBHOOK_EVENT_STATUSES)[number];
