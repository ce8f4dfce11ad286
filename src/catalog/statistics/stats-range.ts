import { addDays, type Day, dayAt, isDay } from '../../rules/calendar/day.js';
import { DomainError, type FieldError } from '../../rules/errors/domain-error.js';

export interface StatsRange {
  from: Day;
  to: Day;
}

const DAYS_BY_DEFAULT = 30;
export const MAX_DAYS = 366;

/** Days of the installation's zone, both included. By default the last 30, ending today. */
export function readRange(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  { now, timeZone }: { now: Date; timeZone: string },
): StatsRange {
  const errors: FieldError[] = [];
  const day = (field: string, text: string | undefined): Day | undefined => {
    if (text === undefined) return undefined;
    if (isDay(text)) return text;
    errors.push({ field, message: 'must be a day, as in 2025-06-30' });
    return undefined;
  };
  const last = day('to', to);
  const first = day('from', from);
  if (errors.length > 0) throw invalid(errors);
  const end = last ?? dayAt(now, timeZone);
  const range = { from: first ?? addDays(end, 1 - DAYS_BY_DEFAULT), to: end };
  if (range.from > range.to) throw invalid([{ field: 'from', message: 'must not be after to' }]);
  if (addDays(range.from, MAX_DAYS) <= range.to) {
    throw invalid([{ field: 'from', message: `must be at most ${MAX_DAYS} days before to` }]);
  }
  return range;
}

export function daysOf({ from, to }: StatsRange): Day[] {
  const days: Day[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

function invalid(errors: FieldError[]): DomainError {
  const detail = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  return new DomainError('invalid', 'invalid_request', detail, { errors });
}
