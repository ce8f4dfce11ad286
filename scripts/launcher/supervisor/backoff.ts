const FIRST_MS = 500;
const LONGEST_MS = 10_000;
/** A process that lived this long died of a new cause. */
const HEALTHY_MS = 60_000;

/** How long to wait before restarting a process that lived for `livedMs`, after a previous wait of `previousMs`. */
export function nextDelay(previousMs: number, livedMs: number): number {
  if (previousMs === 0 || livedMs >= HEALTHY_MS) return FIRST_MS;
  return Math.min(previousMs * 2, LONGEST_MS);
}
