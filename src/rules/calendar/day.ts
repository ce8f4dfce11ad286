import { Temporal } from 'temporal-polyfill';
import { DomainError } from '../errors/domain-error.js';

/**
 * A calendar day, 'YYYY-MM-DD': no time, no zone. Days compare as text. A zone is needed only to say which day
 * an instant belongs to, and when a day begins.
 */
export type Day = `${number}-${number}-${number}`;

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;

export function parseDay(input: string): Day {
  if (isDay(input)) return input;
  throw new DomainError(
    'invalid',
    'bad_date',
    `"${input}" is not a date: YYYY-MM-DD is expected, as in 2025-01-15.`,
  );
}

export function isDay(input: string): input is Day {
  const [, year, month, date] = SHAPE.exec(input) ?? [];
  if (year === undefined) return false;
  // Date rolls the 30th of February over into March: a real day is one that stays itself.
  const rolled = new Date(0);
  rolled.setUTCFullYear(Number(year), Number(month) - 1, Number(date));
  return rolled.toISOString().slice(0, 10) === input;
}

export function addDays(day: Day, days: number): Day {
  return dayOfEpoch(epochDay(day) + days);
}

/** From the first to the second: negative when the second is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return epochDay(to) - epochDay(from);
}

export function compareDays(a: Day, b: Day): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The calendar day that people in the zone have at this instant. */
export function dayAt(instant: Date, zone: string): Day {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString() as Day;
}

/**
 * The first instant of a day: where clocks skip midnight, the instant after the gap. A day the zone left out
 * altogether (Samoa had no 2011-12-30) begins and ends at the same instant.
 */
export function startOfDay(day: Day, zone: string): Date {
  return new Date(Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds);
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
