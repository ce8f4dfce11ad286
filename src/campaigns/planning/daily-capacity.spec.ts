import { expect, it } from '@jest/globals';
import { carriesOn } from './daily-capacity.js';

const WINDOW = { start: '09:00', end: '21:00' };
const at = (iso: string): Date => new Date(iso);

it.each([
  ['a whole window', 10, WINDOW, '2025-01-16', 7_200],
  ['what is left of the first day', 10, WINDOW, '2025-01-15', 1_800],
  ['a whole day', 10, null, '2025-01-16', 14_400],
  ['no rate', null, WINDOW, '2025-01-16', null],
] as const)('%s at %s a minute', (_, rateLimit, window, day, expected) => {
  const carries = carriesOn({ rateLimit, timeZone: 'UTC', window }, '2025-01-15', at('2025-01-15T18:00:00Z'));
  expect(carries(day)).toBe(expected);
});

it('is zero on a first day whose window has closed, with or without a rate', () => {
  const closed = at('2025-01-15T21:30:00Z');
  for (const rateLimit of [10, null]) {
    expect(
      carriesOn({ rateLimit, timeZone: 'UTC', window: WINDOW }, '2025-01-15', closed)('2025-01-15'),
    ).toBe(0);
  }
});

it('follows the clock change: a 23-hour day carries one hour less', () => {
  const carries = carriesOn(
    { rateLimit: 10, timeZone: 'Europe/Berlin', window: null },
    '2025-03-01',
    at('2025-03-01T00:00:00Z'),
  );
  expect([carries('2025-03-29'), carries('2025-03-30')]).toEqual([14_400, 13_800]);
});
