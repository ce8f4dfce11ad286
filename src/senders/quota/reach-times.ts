/** The instants (milliseconds) at which one person was counted, one for each message; in no order. */
export type ReachTimes = readonly number[];

/** What `counted_at` and `earlier` hold: the latest, and the others. */
export interface StoredTimes {
  countedAt: Date;
  earlier: Date[];
}

export function timesOf({ countedAt, earlier }: StoredTimes): ReachTimes {
  return [countedAt, ...earlier].map((time) => time.getTime());
}

/** Undefined: nothing counts this person any more. */
export function storedOf(times: ReachTimes): StoredTimes | undefined {
  const [latest, ...earlier] = times.toSorted((a, b) => b - a);
  if (latest === undefined) return undefined;
  return { countedAt: new Date(latest), earlier: earlier.map((time) => new Date(time)) };
}

/** Two campaigns may count a person at the same instant: each stands for itself, and is given back by itself. */
export function withReservation(times: ReachTimes, at: number, keepAfter: number): ReachTimes {
  return [...times.filter((time) => time > keepAfter), at];
}

/** A reservation that is not there was given back already, or moved before: nothing changes then. */
export function withAcceptance(times: ReachTimes, reservedAt: number, acceptedAt: number): ReachTimes {
  const index = times.indexOf(reservedAt);
  return index === -1 ? times : times.with(index, acceptedAt);
}

/** One message is given back: it was counted at one of these instants, and the later it is, the surer that it was. */
export function withRefund(times: ReachTimes, candidates: ReachTimes): ReachTimes {
  const found = candidates.toSorted((a, b) => b - a).find((time) => times.includes(time));
  return found === undefined ? times : times.toSpliced(times.indexOf(found), 1);
}
