import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits for a condition instead of a fixed time, and returns what met it. A look that fails is repeated too. After
 * `within` ms it throws with what it saw last.
 */
export async function until<T>(
  look: () => Promise<T> | T,
  isIt: (seen: T) => boolean = Boolean,
  { within = 15_000, every = 25 } = {},
): Promise<T> {
  const end = performance.now() + within;
  for (;;) {
    const last = await attempt(look);
    if ('seen' in last && isIt(last.seen)) return last.seen;
    if (performance.now() > end)
      throw 'seen' in last
        ? new Error(
            `the condition never held; last seen: ${JSON.stringify(last.seen ?? null).slice(0, 2_000)}`,
          )
        : last.error;
    await delay(every);
  }
}

async function attempt<T>(look: () => Promise<T> | T): Promise<{ seen: T } | { error: unknown }> {
  try {
    return { seen: await look() };
  } catch (error) {
    return { error };
  }
}
