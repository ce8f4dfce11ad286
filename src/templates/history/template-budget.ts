const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** So many within so long; Meta refuses the next one. */
export interface Budget {
  limits: readonly { most: number; withinMs: number }[];
  /** Of one template, or of all in the account together. */
  perTemplate: boolean;
  detail: string;
}

export const CREATIONS: Budget = {
  limits: [{ most: 100, withinMs: HOUR_MS }],
  perTemplate: false,
  detail: 'Meta takes 100 new templates of an account an hour, and as many have been submitted.',
};

export const EDITS: Budget = {
  limits: [
    { most: 1, withinMs: DAY_MS },
    { most: 10, withinMs: 30 * DAY_MS },
  ],
  perTemplate: true,
  detail: 'Meta takes one edit of an approved template a day, and ten in 30 days.',
};

/** How long until the next one is allowed, 0 if it is now. `times` are the last ones, the latest first. */
export function waitFor({ limits }: Budget, times: readonly Date[], now: Date): number {
  const waits = limits.map(({ most, withinMs }) => {
    const oldest = times[most - 1];
    return oldest === undefined ? 0 : oldest.getTime() + withinMs - now.getTime();
  });
  return Math.max(0, ...waits);
}
