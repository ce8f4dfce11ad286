import { invalidFields } from '../platform/http/validation.js';
import { type Day, isDay } from '../rules/calendar/day.js';

/** A day of a request, which has the shape of one. */
export function dayOf(text: string, field: string): Day;
export function dayOf(text: string | undefined, field: string): Day | undefined;
export function dayOf(text: string | undefined, field: string): Day | undefined {
  if (text === undefined || isDay(text)) return text;
  throw invalidFields([{ field, message: 'is not a day of the calendar' }]);
}
