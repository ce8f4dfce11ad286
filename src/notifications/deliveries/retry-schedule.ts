const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The wait after each attempt that failed: a little over a day in all. After the last, it is given up. */
const WAITS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  10 * HOUR_MS,
];
/** Spread, so that a receiver that comes back is not met by everything at the same second. */
const SPREAD = 0.1;

/** When to try again after so many attempts; null: no more. `random` is at least 0 and below 1. */
export function nextAttemptAt(attempts: number, now: Date, random: number): Date | null {
  const wait = WAITS_MS[attempts - 1];
  if (wait === undefined) return null;
  return new Date(now.getTime() + Math.round(wait * (1 - SPREAD + 2 * SPREAD * random)));
}

const LONGEST_FAILURE_MS = 5 * 24 * HOUR_MS;

export function hasFailedTooLong(failingSince: Date, now: Date): boolean {
  return now.getTime() - failingSince.getTime() >= LONGEST_FAILURE_MS;
}
