import { setTimeout as pause } from 'node:timers/promises';

/** What `look` finds, as soon as it finds something; failures to look count as nothing found. */
export async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<T> & {}> {
  for (;;) {
    const found = await Promise.resolve()
      .then(look)
      .catch(() => undefined);
    if (found !== undefined && found !== null && found !== false) return found;
    await pause(25);
  }
}
