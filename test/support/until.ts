import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition instead of for a time; what it last saw is in the error when it never came. */
export async function until<T>(
  look: () => Promise<T> | T,
  isIt: (seen: T) => boolean,
  { within = 15_000, every = 25 } = {},
): Promise<T> {
  const end = performance.now() + within;
  for (;;) {
    const seen = await look();
    if (isIt(seen)) return seen;
    if (performance.now() > end)
      throw new Error(`it never came to be; last seen: ${JSON.stringify(seen).slice(0, 2_000)}`);
    await delay(every);
  }
}
