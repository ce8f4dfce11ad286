/** Which side wins when a field was changed here and at Meta. */
export const CONFLICT_POLICIES = ['local', 'meta', 'manual'] as const;
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];
