import type { Day } from '../../rules/calendar/day.js';
import { openMinutesOn, type SendWindow } from '../../rules/calendar/send-window.js';

/**
 * How many messages a campaign's own pace gets through on a calendar day: its rate times the minutes its window
 * is open. On its first day only from `earliest` on. Null: no bound.
 */
export function carriesOn(
  campaign: { rateLimit: number | null; timeZone: string; window: SendWindow | null },
  firstDay: Day,
  earliest: Date,
): (day: Day) => number | null {
  const { rateLimit, timeZone, window } = campaign;
  return (day) => {
    const minutes = openMinutesOn(window, day, timeZone, day === firstDay ? earliest : undefined);
    // Without a rate, a day is good for any number as long as it has an open moment left.
    if (rateLimit === null) return minutes > 0 ? null : 0;
    return Math.floor(rateLimit * minutes);
  };
}
