const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Batches whose handle nobody has reported finished after this time are judged by what the catalog shows. */
export const GIVE_UP_POLLING_MS = 30 * MINUTE_MS;
const LONGEST_POLL_MS = 60 * SECOND_MS;

/** At once, then after 1, 2, 4 ... 60 seconds. `polls` counts those made. */
export function pollDelayMs(polls: number): number {
  return polls === 0 ? 0 : Math.min(LONGEST_POLL_MS, SECOND_MS * 2 ** (polls - 1));
}

/** What is left of Meta's hour for a catalog: 200 write calls, and 20,000 of all others, with room for other apps. */
const HOURLY = { write: 150, read: 15_000, auto: 60 } as const;
export type Budget = keyof typeof HOURLY;
const BUSY_PERCENT = 75;

/** Half the pace once Meta says that three quarters of the budget are gone. */
export function hourlyBudget(budget: Budget, usedPercent: number): number {
  return usedPercent > BUSY_PERCENT ? Math.floor(HOURLY[budget] / 2) : HOURLY[budget];
}

/** Calls of the past hour, by minute. */
export interface MinuteOfCalls {
  minute: Date;
  calls: number;
}

const HOUR_MS = 60 * MINUTE_MS;

/** When `wanted` more calls fit into the moving hour; null: now. The minutes are in any order. */
export function budgetOpensAt(
  minutes: readonly MinuteOfCalls[],
  budget: number,
  wanted: number,
  now: Date,
): Date | null {
  const recent = minutes
    .filter(({ minute }) => minute.getTime() > now.getTime() - HOUR_MS - MINUTE_MS)
    .sort((a, b) => a.minute.getTime() - b.minute.getTime());
  let over = recent.reduce((sum, { calls }) => sum + calls, 0) + wanted - budget;
  for (const { minute, calls } of recent) {
    if (over <= 0) return null;
    over -= calls;
    // A call counts until the end of its minute is an hour old: never a call too many.
    if (over <= 0) return new Date(minute.getTime() + HOUR_MS + MINUTE_MS);
  }
  return over <= 0 ? null : new Date(now.getTime() + HOUR_MS);
}

/** After a refusal for too many calls: as long as Meta says, else 5, 10, 20 ... 60 minutes. `waits` counts those before. */
export function throttleWaitMs(minutesToRegainAccess: number, waits: number): number {
  return minutesToRegainAccess > 0
    ? minutesToRegainAccess * MINUTE_MS
    : Math.min(60, 5 * 2 ** Math.min(waits, 10)) * MINUTE_MS;
}

/** After an outage or a lost answer: 5, 10, 20 ... 300 seconds. */
export function outageWaitMs(failures: number): number {
  return Math.min(300, 5 * 2 ** Math.min(failures, 10)) * SECOND_MS;
}

const AFTER_LAST_CHANGE_MS = 30 * SECOND_MS;
const AFTER_FIRST_CHANGE_MS = 120 * SECOND_MS;

/** An automatic push waits for the edits to end, but not for ever. */
export function pushDueBefore(now: Date): { lastChange: Date; firstChange: Date } {
  return {
    lastChange: new Date(now.getTime() - AFTER_LAST_CHANGE_MS),
    firstChange: new Date(now.getTime() - AFTER_FIRST_CHANGE_MS),
  };
}
