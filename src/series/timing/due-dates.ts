import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { addDays, dayAt, type Day, instantAt, startOfDay } from '../../rules/calendar/day.js';
import { parseRule } from './rule-parts.js';

/** When a series is due, as it is stored. */
export interface Timing {
  rrule: string;
  startsOn: Day;
  localTime: string;
  timeZone: string;
  exceptDates: readonly Day[];
  /** Of its dates, those that were due so far: what COUNT counts. */
  occurrences: number;
}

export interface DueDate {
  localDate: Day;
  at: Date;
}

/** From here on: after this date, and after this instant. */
export interface Since {
  date?: Day | null;
  at?: Date;
}

/** A rule whose dates lie further apart than this fires never, as far as anybody cares. */
const FAR_DAYS = 40 * 366;
/** More than the days of the longest gap that a daily rule has: from one 29 February to the next over 2100. */
const MOST_LOOKS = 3_000;
/** Dates without an occurrence in a row: left out by the caller, or no days in their zone. */
const MOST_PASSED_OVER = 5_000;

/** The dates that come next, at most one occurrence a local date, each later than the one before. */
export function* dueDates(timing: Timing, { date = null, at }: Since): Generator<DueDate> {
  const { dates, count, endsOn } = parseRule(timing.rrule);
  const except = new Set(timing.exceptDates);
  // Without the time of day nothing in the library depends on a clock change.
  const rule = new RRuleTemporal({
    rruleString: dates,
    dtstart: midnight(timing.startsOn),
    maxIterations: MOST_LOOKS,
  });
  let left = count === null ? Infinity : count - timing.occurrences;
  let passedOver = 0;
  for (let day = dateAfter(rule, firstOf(timing, date, at)); day !== null; day = dateAfter(rule, day)) {
    if (left <= 0 || (endsOn !== null && day > endsOn) || passedOver > MOST_PASSED_OVER) return;
    const instant = instantAt(day, timing.localTime, timing.timeZone);
    const isDue = !except.has(day) && isInZone(day, timing.timeZone) && (at === undefined || instant > at);
    passedOver = isDue ? 0 : passedOver + 1;
    if (!isDue) continue;
    left -= 1;
    yield { localDate: day, at: instant };
  }
}

export function nextDue(timing: Timing, since: Since): DueDate | null {
  for (const due of dueDates(timing, since)) return due;
  return null;
}

export function firstDue(timing: Timing, since: Since, max: number): DueDate[] {
  const found: DueDate[] = [];
  for (const due of dueDates(timing, since)) {
    if (found.push(due) === max) break;
  }
  return found;
}

/** The day before the first one that may be due: the library looks for what comes after it. */
function firstOf({ startsOn, timeZone }: Timing, date: Day | null, at: Date | undefined): Day {
  const candidates = [addDays(startsOn, -1)];
  if (date !== null) candidates.push(date);
  // A skipped time may move into the day after its own.
  if (at !== undefined) candidates.push(addDays(dayAt(at, timeZone), -2));
  return candidates.reduce((latest, day) => (day > latest ? day : latest));
}

function dateAfter(rule: RRuleTemporal, day: Day): Day | null {
  try {
    const next = rule.next(new Date(`${day}T00:00:00Z`), false);
    const found = next === null ? null : (next.toString().slice(0, 10) as Day);
    return found === null || found > addDays(day, FAR_DAYS) ? null : found;
  } catch (error) {
    // The library gives up after so many looks: such a rule, as 30 February, has no date.
    if (error instanceof Error && error.message.startsWith('Maximum')) return null;
    throw error;
  }
}

function midnight(day: Day): Temporal.ZonedDateTime {
  return Temporal.PlainDate.from(day).toZonedDateTime('UTC');
}

/** False for a day that the zone left out when it crossed the date line. */
function isInZone(day: Day, zone: string): boolean {
  return startOfDay(day, zone) < startOfDay(addDays(day, 1), zone);
}
