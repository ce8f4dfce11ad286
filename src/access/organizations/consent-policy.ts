export const CONSENT_POLICIES = ['assume', 'explicit'] as const;

/** Whether somebody who never said anything counts as subscribed, or has to opt in first. */
export type ConsentPolicy = (typeof CONSENT_POLICIES)[number];
