import { addDays, type Day, isDay } from '../../rules/calendar/day.js';
import { DomainError } from '../../rules/errors/domain-error.js';

const MOST_DAYS = 400;
const USUAL_DAYS = 30;

export interface Period {
  from: Day;
  to: Day;
}

/** Both days included. By default the last 30 days. */
export function periodOf({ from, to }: { from?: string; to?: string }, today: Day): Period {
  const last = dayOf(to ?? today, 'to');
  const first = from === undefined ? addDays(last, 1 - USUAL_DAYS) : dayOf(from, 'from');
  if (first > last) throw wrong('from', 'must not be after to');
  if (addDays(first, MOST_DAYS - 1) < last) {
    const detail = `A question covers at most ${MOST_DAYS} days.`;
    throw new DomainError('rule', 'range_too_long', detail, {
      errors: [{ field: 'from', message: `must be within ${MOST_DAYS} days of to` }],
    });
  }
  return { from: first, to: last };
}

function dayOf(text: string, field: string): Day {
  if (isDay(text)) return text;
  throw wrong(field, 'must be a day, as in 2026-10-01');
}

function wrong(field: string, message: string): DomainError {
  return new DomainError('invalid', 'invalid_request', `${field} ${message}.`, {
    errors: [{ field, message }],
  });
}
