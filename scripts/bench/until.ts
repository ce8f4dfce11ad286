import { setTimeout as pause } from 'node:timers/promises';

/** Looks until it is so; how often decides how exact the time is that it took. */
export async function until<T>(
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  { everyMs, patienceMs }: { everyMs: number; patienceMs: number },
): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (performance.now() > end) throw new Error(`it never came to be; last seen: ${JSON.stringify(seen)}`);
    await pause(everyMs);
  }
}
