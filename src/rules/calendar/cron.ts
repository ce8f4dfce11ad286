import { type CronExpression, CronExpressionParser } from 'cron-parser';
import { DomainError } from '../errors/domain-error.js';

// Any fixed instant will do: it only shows whether the expression ever ticks.
const SOME_DAY = new Date('2024-01-01T00:00:00Z');

/**
 * A cron expression of five fields, with single spaces. The library alone takes less for more: an empty text
 * is every minute to it, a sixth field means seconds, and `H` is a random number that changes with each start.
 */
export function parseCron(input: string): string {
  const fields = input.trim().split(/\s+/);
  const expression = fields.join(' ');
  if (fields.length === 5 && !/\bH\b/i.test(expression)) {
    try {
      ticks(expression, 'UTC', SOME_DAY).next();
      return expression;
    } catch {
      // The library has no error class of its own; whatever it says, the expression is of no use.
    }
  }
  throw new DomainError(
    'invalid',
    'bad_cron',
    `"${input}" is not a cron expression: minute, hour, day of month, month and day of week are expected, as in 0 9 * * *.`,
  );
}

/**
 * The first tick after an instant. A time that clocks skip ticks once, right after the gap or as much later
 * than it as it was meant to be; a time of day that happens twice ticks once, an interval in both passes.
 */
export function nextTick(expression: string, zone: string, after: Date): Date {
  return ticks(expression, zone, after).next().toDate();
}

/** The ticks after the first instant, up to and including the second; the earliest `max` of them. */
export function ticksBetween(expression: string, zone: string, after: Date, upTo: Date, max: number): Date[] {
  const found: Date[] = [];
  const cron = ticks(expression, zone, after);
  while (found.length < max) {
    const tick = cron.next().toDate();
    if (tick > upTo) break;
    found.push(tick);
  }
  return found;
}

function ticks(expression: string, zone: string, after: Date): CronExpression {
  return CronExpressionParser.parse(expression, { currentDate: after, tz: zone });
}
