import { setTimeout as pause } from 'node:timers/promises';

/** Polls until the condition holds. The interval decides how exact the measured time is. */
export async function until<T>(
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  { everyMs, patienceMs }: { everyMs: number; patienceMs: number },
): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (performance.now() > end)
      throw new Error(`the condition never held; last seen: ${JSON.stringify(seen)}`);
    await pause(everyMs);
  }
}
