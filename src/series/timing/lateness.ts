/** A stretch of time in which no worker ran. */
export interface Absence {
  from: Date;
  to: Date;
}

/**
 * For how long nobody could do what was due. Time in which a worker ran does not count: a clock that was moved forward
 * passes over many dates at once, and none of them is late.
 */
export function lateMs(dueAt: Date, now: Date, absences: readonly Absence[]): number {
  return absences.reduce((sum, { from, to }) => {
    const begin = Math.max(from.getTime(), dueAt.getTime());
    const end = Math.min(to.getTime(), now.getTime());
    return sum + Math.max(0, end - begin);
  }, 0);
}

/** Where the last look of any worker left off, on the business clock and on the real one. */
export interface LastLook {
  at: Date;
  realAt: Date;
}

/** When this worker began, on both clocks. */
export interface Begun {
  at: Date;
  realAt: Date;
}

/** Shorter stretches are a restart, or a worker that was busy. */
const SHORTEST_MS = 60_000;

/**
 * The time without a worker before this look; null: one ran all the time. A worker that ran since before the last look
 * was there whatever the business clock did meanwhile, unless it could not look for a while of real time.
 */
export function absenceBefore(last: LastLook, begun: Begun, realNow: Date): Absence | null {
  const ranSince = begun.realAt <= last.realAt;
  const silentMs = realNow.getTime() - last.realAt.getTime();
  const to = ranSince ? new Date(last.at.getTime() + silentMs) : begun.at;
  return to.getTime() - last.at.getTime() < SHORTEST_MS ? null : { from: last.at, to };
}
