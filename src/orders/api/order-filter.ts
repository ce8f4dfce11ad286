import { invalidFields } from '../../platform/http/validation.js';
import { addDays, isDay, startOfDay } from '../../rules/calendar/day.js';
import { waIdVariants } from '../../rules/phone/number-variants.js';
import { normalizePhone } from '../../rules/phone/phone-number.js';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** A day begins and ends where the shop is; an instant is an instant. */
export function readPeriod(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  timeZone: string,
): { from?: Date; before?: Date } {
  return {
    ...(from === undefined ? {} : { from: isDay(from) ? startOfDay(from, timeZone) : instant('from', from) }),
    ...(to === undefined
      ? {}
      : {
          before: isDay(to)
            ? startOfDay(addDays(to, 1), timeZone)
            : new Date(instant('to', to).getTime() + 1),
        }),
  };
}

function instant(field: string, text: string): Date {
  return readInstant(field, text, 'must be a day, as in 2026-06-01, or an instant');
}

/** A day, a time and a zone. Other spellings of ISO 8601, weeks and ordinal days among them, are not read. */
export function readInstant(
  field: string,
  text: string,
  message = 'must be an instant with its time zone, as in 2026-06-01T10:00:00Z',
): Date {
  const date = new Date(INSTANT.test(text) ? Date.parse(text) : NaN);
  const year = date.getUTCFullYear();
  // The database and JSON know no other years.
  if (year >= 1 && year <= 9_999) return date;
  throw invalidFields([{ field, message }]);
}

/** Every spelling under which a number may be stored. */
export function spellingsOf(phoneNumber: string): string[] {
  // A plus sign in a query string arrives as a blank.
  const phone = normalizePhone(phoneNumber.startsWith(' ') ? `+${phoneNumber.trim()}` : phoneNumber);
  if (phone.ok) return waIdVariants(phone.e164);
  throw invalidFields([{ field: 'phoneNumber', message: phone.reason }]);
}

/** Only what was given. */
export function given<T extends object>(filter: T): Partial<T> {
  const entries = Object.entries(filter).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}
