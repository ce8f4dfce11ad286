import { Temporal } from 'temporal-polyfill';
import { invalidFields } from '../../platform/http/validation.js';

const DAY_S = 86_400;
const LONGEST_S = 31 * DAY_S;

/** An ISO duration of days, hours and minutes. Days have 24 hours, so that the length is the same at any time. */
export function secondsOf(field: string, text: string): number {
  try {
    const duration = Temporal.Duration.from(text);
    if (duration.years === 0 && duration.months === 0) {
      const { weeks, days } = duration;
      const rest = duration.with({ weeks: 0, days: 0 }).total('seconds');
      const seconds = Math.round(rest + (weeks * 7 + days) * DAY_S);
      if (seconds >= 0 && seconds <= LONGEST_S) return seconds;
    }
  } catch {
    // Refused below, like a length that is too long.
  }
  throw invalidFields([{ field, message: 'must be an ISO 8601 duration up to P31D, such as PT6H' }]);
}

export function durationText(seconds: number): string {
  const days = Math.floor(seconds / DAY_S);
  const rest = Temporal.Duration.from({ seconds: seconds % DAY_S }).round({ largestUnit: 'hours' });
  return rest.with({ days }).toString();
}
