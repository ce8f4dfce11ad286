import type { Day } from '../../rules/calendar/day.js';
import { openMinutesOn, type SendWindow } from '../../rules/calendar/send-window.js';

/**
 * How many messages a campaign can send on a calendar day at its own rate: the rate times the minutes its window is
 * open, counted from `earliest` on the first day. Null: no bound.
 */
export function carriesOn(
  campaign: { rateLimit: number | null; timeZone: string; window: SendWindow | null },
  firstDay: Day,
  earliest: Date,
): (day: Day) => number | null {
  const { rateLimit, timeZone, window } = campaign;
  return (day) => {
    const minutes = openMinutesOn(window, day, timeZone, day === firstDay ? earliest : undefined);
    // Without a rate, a day takes any number as long as the window is still open at some time.
    if (rateLimit === null) return minutes > 0 ? null : 0;
    return Math.floor(rateLimit * minutes);
  };
}
