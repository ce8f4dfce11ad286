import { describe, expect, it } from '@jest/globals';
import { addDays, cityOf, dayOf, duration, hourOf, onDay, when } from './when.ts';

describe('an instant', () => {
  it('is shown on the clocks of its zone, also when summer time begins and ends', () => {
    expect(when('2025-01-15T03:30:00Z', 'dayTime', 'Asia/Kolkata', 'en-GB')).toBe('15 Jan, 09:00');
    expect(when('2025-03-30T00:59:00Z', 'time', 'Europe/Berlin', 'en-GB')).toBe('01:59');
    expect(when('2025-03-30T01:00:00Z', 'time', 'Europe/Berlin', 'en-GB')).toBe('03:00');
    expect(when('2025-10-26T00:30:00Z', 'time', 'Europe/Berlin', 'en-GB')).toBe('02:30');
    expect(when('2025-10-26T01:30:00Z', 'time', 'Europe/Berlin', 'en-GB')).toBe('02:30');
  });

  it('belongs to the day of its zone', () => {
    expect(dayOf('2025-01-14T20:00:00Z', 'Asia/Kolkata')).toBe('2025-01-15');
    expect(hourOf(Date.parse('2025-01-14T20:00:00Z'), 'Asia/Kolkata')).toBe(1);
    expect(when('2025-01-15T00:00:00Z', 'time', 'UTC', 'en-GB')).toBe('00:00');
  });
});

it('counts days over the change to summer time', () => {
  expect(addDays('2025-03-29', 2)).toBe('2025-03-31');
  // Versions of ICU differ in the comma.
  expect(onDay('2025-03-30', 'weekday', 'en-GB')).toMatch(/^Sun,? 30 Mar$/);
});

it.each([
  [0.4, '1 sec'],
  [4.2, '4 sec'],
  [2_280, '38 min'],
  [7_200, '2 hr'],
])('says %d seconds as %s', (seconds, words) => {
  expect(duration(seconds, 'en-US')).toBe(words);
});

it('names a zone by its city', () => {
  expect(cityOf('America/Argentina/Buenos_Aires')).toBe('Buenos Aires');
});
