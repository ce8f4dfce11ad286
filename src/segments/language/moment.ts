import { parseDuration, shift } from './duration.js';

/** A day lasts from `start` to just before `end`; an instant has no length. */
export interface Moment {
  start: Date;
  end: Date;
}

const DAY_MS = 86_400_000;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT =
  /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?$/;
const RELATIVE = /^now(?: ?([+-]) ?(.+))?$/;

export const MOMENT_HINT =
  'an ISO 8601 date or time, "now", or a time from now such as "now-30d" or "now+1w"';

/** An ISO 8601 day or instant, or one relative to `now`. UTC unless it names a zone. */
export function parseMoment(text: string, now: Date): Moment | undefined {
  const [relative, sign, length] = RELATIVE.exec(text) ?? [];
  if (relative !== undefined) {
    if (length === undefined) return { start: now, end: now };
    const duration = parseDuration(length);
    if (duration === undefined) return undefined;
    const at = shift(now, duration, sign === '+' ? 1 : -1);
    return { start: at, end: at };
  }
  const day = startOfDay(text);
  if (day !== undefined) return { start: day, end: new Date(day.getTime() + DAY_MS) };
  const at = parseInstant(text);
  return at === undefined ? undefined : { start: at, end: at };
}

function parseInstant(text: string): Date | undefined {
  const [, date = '', hour, minute, second = '0', fraction = '0', zone = 'Z'] = INSTANT.exec(text) ?? [];
  const day = startOfDay(date);
  if (day === undefined) return undefined;
  const seconds = (Number(hour) * 60 + Number(minute) - offsetMinutes(zone)) * 60 + Number(second);
  return new Date(day.getTime() + seconds * 1_000 + Math.trunc(Number(`0.${fraction}`) * 1_000));
}

function offsetMinutes(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** Undefined for a day that does not exist, such as February 30: Date would silently turn it into March 1. */
function startOfDay(text: string): Date | undefined {
  const [, year, month, day] = DAY.exec(text) ?? [];
  if (year === undefined || year === '0000') return undefined;
  const start = new Date(`${text}T00:00:00Z`);
  return start.getUTCDate() === Number(day) && start.getUTCMonth() + 1 === Number(month) ? start : undefined;
}
