/** A number of recipients released together at one instant (in milliseconds of the caller's clock). */
export interface Release {
  atMs: number;
  size: number;
}

export interface Pace {
  recipients: number;
  /** Null: as fast as the sender goes. */
  perMinute: number | null;
  startMs: number;
  /** What this campaign has released, or has planned to, since a minute before the start; in order of time. */
  earlier?: readonly Release[];
}

const MINUTE_MS = 60_000;
const MAX_SLICE = 100;
/** A slice is about ten seconds of work, so that a pause or a crash leaves little behind. */
const SLICES_PER_MINUTE = 6;

/**
 * Cuts recipients into slices and spaces them evenly: at the full rate when there is enough to do, and never above it
 * in any 60 seconds, wherever they begin (the first millisecond included, the last excluded).
 */
export function paceSlices({ recipients, perMinute, startMs, earlier = [] }: Pace): Release[] {
  if (perMinute !== null && !(Number.isInteger(perMinute) && perMinute > 0)) {
    throw new RangeError(`${perMinute} is not a rate: a whole number of messages a minute is expected`);
  }
  const slices: Release[] = [];
  const size = sliceSize(perMinute);
  if (perMinute === null) {
    for (let left = recipients; left > 0; left -= size) {
      slices.push({ atMs: startMs, size: Math.min(size, left) });
    }
    return slices;
  }

  const gapMs = Math.floor(MINUTE_MS / Math.ceil(perMinute / size));
  const released = [...earlier];
  let inMinute = released.reduce((sum, release) => sum + release.size, 0);
  let oldest = 0;
  let left = recipients;
  let atMs = Math.max(startMs, (released.at(-1)?.atMs ?? -Infinity) + gapMs);
  while (left > 0) {
    for (let old = released[oldest]; old !== undefined; old = released[oldest]) {
      const leavesAtMs = old.atMs + MINUTE_MS;
      if (leavesAtMs > atMs && inMinute < perMinute) break;
      // Either it has left the minute, or the minute is full and the next slice waits until it has.
      atMs = Math.max(atMs, leavesAtMs);
      inMinute -= old.size;
      oldest++;
    }
    const slice = { atMs, size: Math.min(size, left, perMinute - inMinute) };
    slices.push(slice);
    released.push(slice);
    inMinute += slice.size;
    left -= slice.size;
    atMs += gapMs;
  }
  return slices;
}

/** At most 100, or ten seconds' worth of the rate; slices of one minute are equal in size as far as possible. */
function sliceSize(perMinute: number | null): number {
  if (perMinute === null) return MAX_SLICE;
  const largest = Math.max(1, Math.min(MAX_SLICE, Math.floor(perMinute / SLICES_PER_MINUTE)));
  return Math.ceil(perMinute / Math.ceil(perMinute / largest));
}
