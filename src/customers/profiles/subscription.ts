export const SUBSCRIPTIONS = ['subscribed', 'unsubscribed'] as const;

/** The result of a profile's own consent history; the policy of the organization is not part of it. */
export type Subscription = (typeof SUBSCRIPTIONS)[number];
