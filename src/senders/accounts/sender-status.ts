export const SENDER_STATUSES = ['active', 'paused'] as const;
export type SenderStatus = (typeof SENDER_STATUSES)[number];

/** Only its own source or an operator ends a pause: a healthy number may still be paused for its errors. */
export const PAUSE_SOURCES = ['operator', 'health', 'errors', 'account'] as const;
export type PauseSource = (typeof PAUSE_SOURCES)[number];
