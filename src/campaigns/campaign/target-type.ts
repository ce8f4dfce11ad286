/** Where a campaign's recipients come from. */
export const TARGET_TYPES = ['all', 'segment', 'manual', 'imported', 'responders'] as const;
export type TargetType = (typeof TARGET_TYPES)[number];
