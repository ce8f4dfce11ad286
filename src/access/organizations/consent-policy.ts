export const CONSENT_POLICIES = ['assume', 'explicit'] as const;

/** Whether a customer without any consent on record counts as subscribed, or has to opt in first. */
export type ConsentPolicy = (typeof CONSENT_POLICIES)[number];
