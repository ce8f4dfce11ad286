import { expect, it } from '@jest/globals';
import { retryRefusal } from './retry-refusal.js';

const failedAt = new Date('2025-01-15T10:00:00Z');
const after = (hours: number): Date => new Date(failedAt.getTime() + hours * 3_600_000);

it.each([
  // no error from Meta: the answer never came
  { errorCode: null, hours: 0, refusal: null },
  { errorCode: 131026, hours: 0, refusal: null },
  { errorCode: 132015, hours: 0, refusal: null },
  { errorCode: 131049, hours: 23.9, refusal: 'too_early' },
  { errorCode: 131049, hours: 24, refusal: null },
  { errorCode: 131050, hours: 100, refusal: 'opted_out' },
  { errorCode: 130403, hours: 100, refusal: 'blocked' },
])('code $errorCode after $hours hours: $refusal', ({ errorCode, hours, refusal }) => {
  expect(retryRefusal({ errorCode, failedAt, isOptedOut: false }, after(hours))).toBe(refusal);
});

it('refuses recipients that opted out, whatever the failure was', () => {
  expect(retryRefusal({ errorCode: null, failedAt, isOptedOut: true }, after(48))).toBe('opted_out');
});
