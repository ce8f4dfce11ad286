import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, type Day, dayAt, isDay, startOfDay } from './day.js';

const HOUR_MS = 3_600_000;
const days = fc.integer({ min: 0, max: 40_000 }).map((n) => addDays('1970-01-01', n));
const zones = fc.constantFrom(
  'UTC',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
);

describe('a calendar day', () => {
  it.each(['2025-01-15', '2024-02-29', '2000-02-29', '0000-01-01', '9999-12-31'])('%s is one', (text) => {
    expect(isDay(text)).toBe(true);
  });

  it.each([
    '2025-02-29',
    '1900-02-29',
    '2025-13-01',
    '2025-00-10',
    '2025-04-31',
    '2025-01-00',
    '2025-1-5',
    '2025-01-15T00:00:00Z',
    '15.01.2025',
    '20250115',
    '+012025-01-15',
    '',
    'tomorrow',
  ])('"%s" is none', (text) => {
    expect(isDay(text)).toBe(false);
  });

  it.each<[Day, number, Day]>([
    ['2025-01-15', 39, '2025-02-23'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2025-02-28', 1, '2025-03-01'],
    ['2025-01-01', -1, '2024-12-31'],
    ['2025-03-29', 2, '2025-03-31'], // over the night Europe loses an hour
    ['2025-01-15', 0, '2025-01-15'],
  ])('%s and %i days is %s', (day, count, later) => {
    expect(addDays(day, count)).toBe(later);
    expect(addDays(later, -count)).toBe(day);
  });

  it('adds and subtracts days consistently, in text order', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -5_000, max: 5_000 }), (day, count) => {
        const other = addDays(day, count);
        expect(isDay(other)).toBe(true);
        expect(addDays(other, -count)).toBe(day);
        expect([other < day, other > day]).toEqual([count < 0, count > 0]);
      }),
    );
  });

  it('ends with the year 9999', () => {
    expect(() => addDays('9999-12-31', 1)).toThrow(RangeError);
    expect(() => addDays('0000-01-01', -1)).toThrow(RangeError);
  });
});

describe('the day at an instant', () => {
  it.each([
    ['2025-01-15T18:29:59.999Z', 'Asia/Kolkata', '2025-01-15'],
    ['2025-01-15T18:30:00.000Z', 'Asia/Kolkata', '2025-01-16'],
    ['2025-01-15T10:00:00Z', 'Pacific/Kiritimati', '2025-01-16'],
    ['2025-01-15T10:59:59Z', 'Pacific/Pago_Pago', '2025-01-14'],
    ['2025-01-15T23:59:59Z', 'UTC', '2025-01-15'],
    ['2011-12-30T09:59:59Z', 'Pacific/Apia', '2011-12-29'],
    ['2011-12-30T10:00:00Z', 'Pacific/Apia', '2011-12-31'],
  ])('%s in %s is %s', (instant, zone, day) => {
    expect(dayAt(new Date(instant), zone)).toBe(day);
  });
});

describe('the start of a day', () => {
  it.each<[string, Day, string, string, number]>([
    ['an ordinary day', '2025-01-15', 'Asia/Kolkata', '2025-01-14T18:30:00.000Z', 24],
    ['clocks go forward', '2025-03-30', 'Europe/Berlin', '2025-03-29T23:00:00.000Z', 23],
    ['clocks go back', '2025-10-26', 'Europe/Berlin', '2025-10-25T22:00:00.000Z', 25],
    [
      'half an hour of daylight saving',
      '2025-10-05',
      'Australia/Lord_Howe',
      '2025-10-04T13:30:00.000Z',
      23.5,
    ],
    ['no midnight in Brazil', '2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', 23],
    ['no midnight in Lebanon', '2025-03-30', 'Asia/Beirut', '2025-03-29T22:00:00.000Z', 23],
    ['no midnight in Egypt', '2025-04-25', 'Africa/Cairo', '2025-04-24T22:00:00.000Z', 23],
    ['midnight twice in Cuba', '2025-11-02', 'America/Havana', '2025-11-02T04:00:00.000Z', 25],
    ['a day left out in Samoa', '2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', 0],
  ])('%s: %s in %s is %s, and it lasts %p hours', (_, day, zone, start, hours) => {
    expect(startOfDay(day, zone).toISOString()).toBe(start);
    const length = startOfDay(addDays(day, 1), zone).getTime() - startOfDay(day, zone).getTime();
    expect(length / HOUR_MS).toBe(hours);
  });

  it('is in its day, and the millisecond before is not', () => {
    fc.assert(
      fc.property(days, zones, (day, zone) => {
        fc.pre(!(zone === 'Pacific/Apia' && day === '2011-12-30'));
        const start = startOfDay(day, zone);
        expect(dayAt(start, zone)).toBe(day);
        expect(dayAt(new Date(start.getTime() - 1), zone) < day).toBe(true);
      }),
    );
  });
});
