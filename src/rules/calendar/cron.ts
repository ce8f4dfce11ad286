import { type CronExpression, CronExpressionParser } from 'cron-parser';
import { Temporal } from 'temporal-polyfill';
import { DomainError } from '../errors/domain-error.js';

// Any fixed instant will do: it only shows whether the expression ever ticks.
const SOME_DAY = new Date('2024-01-01T00:00:00Z');

/**
 * A cron expression of five fields, with single spaces. The library alone accepts too much: an empty text means every
 * minute, a sixth field means seconds, and `H` is a random number that changes with each start.
 */
export function parseCron(input: string): string {
  const fields = input.trim().split(/\s+/);
  const expression = fields.join(' ');
  if (fields.length === 5 && !/\bH\b/i.test(expression)) {
    try {
      ticks(expression, 'UTC', SOME_DAY).next();
      return expression;
    } catch {
      // The library has no error class of its own; any error means that the expression cannot be used.
    }
  }
  throw new DomainError(
    'invalid',
    'bad_cron',
    `"${input}" is not a cron expression: minute, hour, day of month, month and day of week are expected, as in 0 9 * * *.`,
  );
}

/**
 * The first tick after an instant. A time that the clocks skip ticks once, after the gap. A time of day that occurs
 * twice ticks once; an interval ticks in both passes.
 */
export function nextTick(expression: string, zone: string, after: Date): Date {
  return nextAfter(ticks(expression, zone, startBefore(after, zone)), after);
}

/** The latest tick up to an instant, that instant included. */
export function lastTick(expression: string, zone: string, upTo: Date): Date {
  let last = ticks(expression, zone, new Date(upTo.getTime() + 1))
    .prev()
    .toDate();
  // Backwards, the library passes over the tick that stands for a skipped time. Forwards it finds it.
  for (let next = last; next <= upTo; next = nextTick(expression, zone, last)) last = next;
  return last;
}

/** The ticks after the first instant, up to and including the second; the earliest `max` of them. */
export function ticksBetween(expression: string, zone: string, after: Date, upTo: Date, max: number): Date[] {
  const found: Date[] = [];
  const cron = ticks(expression, zone, startBefore(after, zone));
  while (found.length < max) {
    const tick = nextAfter(cron, after);
    if (tick > upTo) break;
    found.push(tick);
  }
  return found;
}

// No gap and no doubled stretch is longer than this.
const LONGEST_CHANGE_MS = 3 * 3_600_000;

/**
 * Where to start counting. The library forgets the tick of a skipped time when it starts between the end of the gap
 * and that tick, and repeats the tick of a doubled time when it starts between the two. Starting earlier costs up to
 * 180 ticks more, so it is done only where the clocks change.
 */
function startBefore(after: Date, zone: string): Date {
  const before = new Date(after.getTime() - LONGEST_CHANGE_MS);
  const beyond = new Date(after.getTime() + LONGEST_CHANGE_MS);
  return offsetAt(before, zone) === offsetAt(beyond, zone) ? after : before;
}

function offsetAt(instant: Date, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).offsetNanoseconds;
}

function nextAfter(cron: CronExpression, instant: Date): Date {
  let tick = cron.next().toDate();
  while (tick <= instant) tick = cron.next().toDate();
  return tick;
}

function ticks(expression: string, zone: string, after: Date): CronExpression {
  return CronExpressionParser.parse(expression, { currentDate: after, tz: zone });
}
