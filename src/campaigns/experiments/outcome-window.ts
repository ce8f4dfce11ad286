import { DomainError } from '../../rules/errors/domain-error.js';

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
const LONGEST_MS = 30 * DAY_MS;
const ISO = /^P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?$/;

/** Days, hours and minutes of an ISO 8601 duration; a day is 24 hours. */
export function parseOutcomeWindow(text: string): number {
  const [, days = '0', hours = '0', minutes = '0'] = ISO.exec(text) ?? [];
  const ms = Number(days) * DAY_MS + Number(hours) * HOUR_MS + Number(minutes) * 60_000;
  if (ms >= HOUR_MS && ms <= LONGEST_MS) return ms;
  const message = 'must be an ISO 8601 duration from PT1H to P30D, such as PT72H or P7D';
  throw new DomainError('invalid', 'validation_failed', `outcomeWindow ${message}.`, {
    errors: [{ field: 'outcomeWindow', message }],
  });
}

export function outcomeWindowText(ms: number): string {
  const hours = Math.floor(ms / HOUR_MS);
  const minutes = Math.round((ms % HOUR_MS) / 60_000);
  return `PT${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}`;
}
