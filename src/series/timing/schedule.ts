import type { Day } from '../../rules/calendar/day.js';
import { DomainError } from '../../rules/errors/domain-error.js';

export type Weekday = 'MO' | 'TU' | 'WE' | 'TH' | 'FR' | 'SA' | 'SU';

/** The dates of a series as people say them. */
export interface Schedule {
  every: 'day' | 'week' | 'month' | 'year';
  interval?: number;
  weekdays?: Weekday[];
  /** 1 to 31; -1 is the last day. */
  monthDays?: number[];
  nth?: { weekday: Weekday; n: number };
  /** What happens in a month that has no such day. */
  ifMissing?: 'skip' | 'last';
}

const FREQUENCIES = { day: 'DAILY', week: 'WEEKLY', month: 'MONTHLY', year: 'YEARLY' } as const;
const OF_WEEK: readonly Weekday[] = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
/** Every month has this day. */
const SAFE_DAY = 28;

/** The rule of RFC 5545. What is left out comes from the day on which the series starts. */
export function ruleOf(schedule: Schedule, startsOn: Day): string {
  const { every, interval = 1 } = schedule;
  const parts = [`FREQ=${FREQUENCIES[every]}`];
  if (interval !== 1) parts.push(`INTERVAL=${interval}`);
  return [...parts, ...datesOf(schedule, startsOn)].join(';');
}

function datesOf(schedule: Schedule, startsOn: Day): string[] {
  const { every, weekdays = [], monthDays = [], nth, ifMissing } = schedule;
  const isByMonth = every === 'month' || every === 'year';
  if (!isByMonth && monthDays.length > 0) throw refused('monthDays', 'is for every month or every year');
  if (!isByMonth && nth !== undefined) throw refused('nth', 'is for every month or every year');
  if (!isByMonth && ifMissing !== undefined) throw refused('ifMissing', 'is for every month or every year');
  if (isByMonth && weekdays.length > 0)
    throw refused('weekdays', 'is for every day or every week; use nth here');
  if (nth !== undefined && monthDays.length > 0) throw refused('nth', 'cannot be used with monthDays');
  if (monthDays.includes(0)) throw refused('monthDays', 'must be days from 1 to 31, or -1 for the last');
  if (nth?.n === 0) throw refused('nth.n', 'must be 1 to 4, or -1 for the last');
  if (every === 'day') return weekdays.length === 0 ? [] : [`BYDAY=${inOrder(weekdays)}`];
  if (every === 'week')
    return [`BYDAY=${inOrder(weekdays.length === 0 ? [weekdayOf(startsOn)] : weekdays)}`, 'WKST=MO'];
  const month = every === 'year' ? [`BYMONTH=${Number(startsOn.slice(5, 7))}`] : [];
  if (nth !== undefined) return [...month, `BYDAY=${nth.n}${nth.weekday}`];
  const days = monthDays.length === 0 ? [Number(startsOn.slice(8))] : monthDays;
  return [...month, ...(ifMissing === 'last' ? orTheLast(days) : [`BYMONTHDAY=${sorted(days).join(',')}`])];
}

/**
 * A day that only some months have, or else the last one: the last of all days from the 28th up to it. The days before
 * the 28th come first in every month, so they keep their places from the front.
 */
function orTheLast(days: readonly number[]): string[] {
  const all = sorted(days);
  const rare = all.filter((day) => day > SAFE_DAY);
  const [last] = rare;
  if (last === undefined) return [`BYMONTHDAY=${all.join(',')}`];
  if (rare.length > 1 || all.includes(-1)) {
    throw refused('monthDays', 'can name one day after the 28th with ifMissing last, and then not -1');
  }
  const early = all.filter((day) => day <= SAFE_DAY);
  const range = Array.from({ length: last - SAFE_DAY + 1 }, (_, n) => SAFE_DAY + n);
  const days28 = [...new Set([...early, ...range])];
  const places = [...early.map((_, n) => n + 1), -1];
  return [`BYMONTHDAY=${days28.join(',')}`, `BYSETPOS=${places.join(',')}`];
}

function sorted(days: readonly number[]): number[] {
  return [...new Set(days)].sort((a, b) => (a < 0 ? 100 : a) - (b < 0 ? 100 : b));
}

function inOrder(weekdays: readonly Weekday[]): string {
  const place = (day: Weekday): number => (OF_WEEK.indexOf(day) + 6) % 7;
  return [...new Set(weekdays)].sort((a, b) => place(a) - place(b)).join(',');
}

function weekdayOf(day: Day): Weekday {
  return OF_WEEK[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? 'MO';
}

function refused(field: string, message: string): DomainError {
  const errors = [{ field: `schedule.${field}`, message }];
  return new DomainError('invalid', 'invalid_request', `schedule.${field} ${message}.`, { errors });
}
