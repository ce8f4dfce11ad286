/** The instants (in milliseconds) at which one person was counted, one per message, unsorted. */
export type ReachTimes = readonly number[];

/** The columns `counted_at` and `earlier`: the latest time, and the others. */
export interface StoredTimes {
  countedAt: Date;
  earlier: Date[];
}

export function timesOf({ countedAt, earlier }: StoredTimes): ReachTimes {
  return [countedAt, ...earlier].map((time) => time.getTime());
}

/** Undefined: the person no longer counts. */
export function storedOf(times: ReachTimes): StoredTimes | undefined {
  const [latest, ...earlier] = times.toSorted((a, b) => b - a);
  if (latest === undefined) return undefined;
  return { countedAt: new Date(latest), earlier: earlier.map((time) => new Date(time)) };
}

/** Two campaigns may count a person at the same instant: each entry stands alone and is refunded alone. */
export function withReservation(times: ReachTimes, at: number, keepAfter: number): ReachTimes {
  return [...times.filter((time) => time > keepAfter), at];
}

/** A missing reservation was already refunded or moved: then nothing changes. */
export function withAcceptance(times: ReachTimes, reservedAt: number, acceptedAt: number): ReachTimes {
  const index = times.indexOf(reservedAt);
  return index === -1 ? times : times.with(index, acceptedAt);
}

/** Refunds one message. It was counted at one of these instants, and the latest is the most likely one. */
export function withRefund(times: ReachTimes, candidates: ReachTimes): ReachTimes {
  const found = candidates.toSorted((a, b) => b - a).find((time) => times.includes(time));
  return found === undefined ? times : times.toSpliced(times.indexOf(found), 1);
}
