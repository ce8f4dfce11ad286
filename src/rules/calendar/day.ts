import { Temporal } from 'temporal-polyfill';

/**
 * A calendar day, 'YYYY-MM-DD': no time, no zone. Days compare as text. A zone is needed only to say which day
 * an instant belongs to, and when a day begins.
 */
export type Day = `${number}-${number}-${number}`;

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;

export function isDay(input: string): input is Day {
  const [, year, month, date] = SHAPE.exec(input) ?? [];
  if (year === undefined) return false;
  // Date rolls the 30th of February over into March. A real day comes back unchanged.
  const rolled = new Date(0);
  rolled.setUTCFullYear(Number(year), Number(month) - 1, Number(date));
  return rolled.toISOString().slice(0, 10) === input;
}

export function addDays(day: Day, days: number): Day {
  return dayOfEpoch(epochDay(day) + days);
}

/** The calendar day in the zone at this instant. */
export function dayAt(instant: Date, zone: string): Day {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString() as Day;
}

/** The time of day in the zone at this instant, 'HH:MM'. */
export function timeAt(instant: Date, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' });
}

/**
 * The first instant of a day: where clocks skip midnight, the instant after the gap. A day that the zone skipped
 * (Samoa had no 2011-12-30) begins and ends at the same instant.
 */
export function startOfDay(day: Day, zone: string): Date {
  return new Date(Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds);
}

/**
 * The instant at which the clocks of the zone show 'HH:MM' on this day. A time that they skip moves forward by the gap;
 * of one that comes twice it is the first.
 */
export function instantAt(day: Day, time: string, zone: string): Date {
  const plainTime = Temporal.PlainTime.from(time);
  return new Date(
    Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds,
  );
}

function epochDay(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

function dayOfEpoch(epochDays: number): Day {
  const text = new Date(epochDays * DAY_MS).toISOString().slice(0, 10);
  // Outside these years ISO text grows a sign and two digits, and no longer sorts.
  if (!SHAPE.test(text)) throw new RangeError(`day ${epochDays} lies outside the years 0000 to 9999`);
  return text as Day;
}
