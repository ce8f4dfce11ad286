import { Temporal } from 'temporal-polyfill';

const LONGEST_MS = 30 * 86_400_000;

/** When a message that may go from `from` on expires. Undefined: not a duration of up to 30 days. */
export function expiryOf(duration: string, from: Date): Date | undefined {
  try {
    const relativeTo = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO('UTC');
    const ms = Temporal.Duration.from(duration).total({ unit: 'milliseconds', relativeTo });
    return ms > 0 && ms <= LONGEST_MS ? new Date(from.getTime() + ms) : undefined;
  } catch {
    return undefined;
  }
}
