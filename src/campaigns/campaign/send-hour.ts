import { Temporal } from 'temporal-polyfill';
import { addDays, type Day, dayAt } from '../../rules/calendar/day.js';
import { closesAt, isOpen } from '../../rules/calendar/send-window.js';
import type { CampaignCalendar } from './campaign-calendar.js';

/** When what has an hour of its own goes out on a day. */
export interface SendHour {
  from: Date;
  to: Date;
}

const NEVER = new Date(8.64e15);

type Hours = Pick<CampaignCalendar, 'window' | 'windowZone' | 'dayBegins' | 'dayEnds'>;

/**
 * On the day of the campaign: from its hour ('HH:MM', on the clock of the window) until the window closes that holds the
 * hour. Null: a clock change has left the hour out, or the window was moved away from it; then the window alone decides.
 */
export function sendHourOf({ window, windowZone, dayBegins, dayEnds }: Hours, at: string): SendHour | null {
  const from = instantOn(at, windowZone, { dayBegins, dayEnds });
  if (from === null || !isOpen(window, from, windowZone)) return null;
  return { from, to: closesAt(window, from, windowZone) ?? NEVER };
}

/** `since`: when the hour was decided on. An hour that came before was not missed; it is for the next day. */
export function isSendHour({ from, to }: SendHour, now: Date, since: Date): boolean {
  return from <= now && now < to && from >= since;
}

/** The first instant of a day of the campaign at which clocks in the zone show this time. */
function instantOn(
  at: string,
  zone: string,
  { dayBegins, dayEnds }: { dayBegins: Date; dayEnds: Date },
): Date | null {
  const last = dayAt(new Date(dayEnds.getTime() - 1), zone);
  for (let day: Day = dayAt(dayBegins, zone); day <= last; day = addDays(day, 1)) {
    const { epochMilliseconds } = Temporal.PlainDateTime.from(`${day}T${at}`).toZonedDateTime(zone);
    const instant = new Date(epochMilliseconds);
    if (instant >= dayBegins && instant < dayEnds) return instant;
  }
  return null;
}
