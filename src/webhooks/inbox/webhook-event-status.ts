/**
 * - `received`: its turn is to come;
 * - `retry`: parts of it failed and are tried again at `nextAttemptAt`;
 * - `processed`: all of it has taken effect;
 * - `unhandled`: all but parts that this version has no handler for, which are kept for one that has;
 * - `failed`: parked; parts of it failed as often as they are tried.
 */
export const WEBHOOK_EVENT_STATUSES = ['received', 'retry', 'processed', 'unhandled', 'failed'] as const;
export type WebhookEventStatus = (typeof WEBHOOK_EVENT_STATUSES)[number];
