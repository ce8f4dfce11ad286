import { Temporal } from 'temporal-polyfill';
import { DomainError } from '../errors/domain-error.js';

/**
 * The name of an IANA time zone, in its usual spelling. Fixed offsets such as `+05:30` are rejected: an organization
 * that means a place would silently lose its daylight saving time.
 */
export function parseTimeZone(input: string): string {
  if (/^[A-Za-z]/.test(input)) {
    try {
      return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(input).timeZoneId;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new DomainError(
    'invalid',
    'bad_time_zone',
    `"${input}" is not a time zone: an IANA name is expected, as in Asia/Kolkata.`,
  );
}
