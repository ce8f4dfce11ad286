import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, dayAt, type Day } from '../../rules/calendar/day.js';
import { firstDue, nextDue, type Timing } from './due-dates.js';
import { parseRule, ruleText } from './rule-parts.js';
import { ruleOf, type Schedule } from './schedule.js';

const timing = (rrule: string, more: Partial<Timing> = {}): Timing => ({
  ...{ rrule, startsOn: '2027-01-31', localTime: '10:00', timeZone: 'UTC', exceptDates: [], occurrences: 0 },
  ...more,
});
const datesOf = (rrule: string, count: number, more: Partial<Timing> = {}): string =>
  firstDue(timing(rrule, more), {}, count)
    .map(({ localDate }) => localDate)
    .join(' ');

describe('the dates of a schedule', () => {
  it.each<[Schedule, Day, string, string]>([
    [{ every: 'day' }, '2027-01-31', 'FREQ=DAILY', '2027-01-31 2027-02-01 2027-02-02'],
    [
      { every: 'day', interval: 10 },
      '2027-01-31',
      'FREQ=DAILY;INTERVAL=10',
      '2027-01-31 2027-02-10 2027-02-20',
    ],
    [{ every: 'week' }, '2027-01-31', 'FREQ=WEEKLY;BYDAY=SU;WKST=MO', '2027-01-31 2027-02-07 2027-02-14'],
    [
      { every: 'week', interval: 2, weekdays: ['FR', 'MO'] },
      '2027-02-01',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;WKST=MO',
      '2027-02-01 2027-02-05 2027-02-15',
    ],
    [
      { every: 'month', monthDays: [-1] },
      '2027-01-31',
      'FREQ=MONTHLY;BYMONTHDAY=-1',
      '2027-01-31 2027-02-28 2027-03-31 2027-04-30',
    ],
    [
      { every: 'month', monthDays: [31] },
      '2027-01-31',
      'FREQ=MONTHLY;BYMONTHDAY=31',
      '2027-01-31 2027-03-31 2027-05-31',
    ],
    [
      { every: 'month', monthDays: [31], ifMissing: 'last' },
      '2027-01-31',
      'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1',
      '2027-01-31 2027-02-28 2027-03-31 2027-04-30',
    ],
    [
      { every: 'month', monthDays: [15, 30], ifMissing: 'last' },
      '2027-01-31',
      'FREQ=MONTHLY;BYMONTHDAY=15,28,29,30;BYSETPOS=1,-1',
      '2027-02-15 2027-02-28 2027-03-15 2027-03-30',
    ],
    [
      { every: 'month', monthDays: [10], ifMissing: 'last' },
      '2027-01-31',
      'FREQ=MONTHLY;BYMONTHDAY=10',
      '2027-02-10 2027-03-10',
    ],
    [{ every: 'month' }, '2027-01-15', 'FREQ=MONTHLY;BYMONTHDAY=15', '2027-01-15 2027-02-15'],
    [
      { every: 'month', nth: { weekday: 'FR', n: -1 } },
      '2027-01-31',
      'FREQ=MONTHLY;BYDAY=-1FR',
      '2027-02-26 2027-03-26 2027-04-30',
    ],
    [
      { every: 'year' },
      '2028-02-29',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29',
      '2028-02-29 2032-02-29 2036-02-29',
    ],
    [
      { every: 'year', ifMissing: 'last' },
      '2028-02-29',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1',
      '2028-02-29 2029-02-28 2030-02-28',
    ],
  ])('%j from %s is %s', (schedule, startsOn, rule, dates) => {
    const { dates: stored } = parseRule(ruleOf(schedule, startsOn));
    const wanted = dates.split(' ');
    expect(stored.split(';').sort()).toEqual(rule.split(';').sort());
    expect(datesOf(stored, wanted.length, { startsOn })).toBe(dates);
  });

  it.each<[Schedule, string]>([
    [{ every: 'week', monthDays: [1] }, 'schedule.monthDays'],
    [{ every: 'day', nth: { weekday: 'FR', n: 1 } }, 'schedule.nth'],
    [{ every: 'month', weekdays: ['MO'] }, 'schedule.weekdays'],
    [{ every: 'week', ifMissing: 'last' }, 'schedule.ifMissing'],
    [{ every: 'month', monthDays: [30, 31], ifMissing: 'last' }, 'schedule.monthDays'],
    [{ every: 'month', monthDays: [0] }, 'schedule.monthDays'],
    [{ every: 'month', nth: { weekday: 'FR', n: 0 } }, 'schedule.nth.n'],
  ])('%j is refused at %s', (schedule, field) => {
    expect(() => ruleOf(schedule, '2027-01-31')).toThrow(
      expect.objectContaining({ kind: 'invalid', extra: { errors: [expect.objectContaining({ field })] } }),
    );
  });
});

describe('a rule', () => {
  it.each([
    ['FREQ=HOURLY', 'FREQ'],
    ['FREQ=MINUTELY', 'FREQ'],
    ['FREQ=DAILY;BYHOUR=9', 'BYHOUR'],
    ['FREQ=DAILY;BYYEARDAY=9', 'BYYEARDAY'],
    ['FREQ=YEARLY;BYWEEKNO=9', 'BYWEEKNO'],
    ['FREQ=DAILY;RSCALE=GREGORIAN', 'RSCALE'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL'],
    ['FREQ=DAILY;COUNT=x', 'COUNT'],
    ['FREQ=DAILY;UNTIL=20270231', 'UNTIL'],
    ['FREQ=DAILY;COUNT=2;UNTIL=20270228', 'UNTIL'],
    ['FREQ=WEEKLY;BYDAY=2MO', 'BYDAY'],
    ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY'],
    ['FREQ=WEEKLY;BYMONTHDAY=1', 'BYMONTHDAY'],
    ['FREQ=MONTHLY;BYMONTHDAY=32', 'BYMONTHDAY'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'BYSETPOS'],
    ['FREQ=DAILY;FREQ=DAILY', 'FREQ'],
    ['INTERVAL=2', 'FREQ'],
  ])('%s is refused at %s', (text, part) => {
    expect(() => parseRule(text)).toThrow(
      expect.objectContaining({
        ...{ kind: 'invalid', code: 'rule_part_unsupported' },
        extra: { errors: [expect.objectContaining({ field: `rrule.${part}` })] },
      }),
    );
  });

  it('is read in any case and order, and stored in one', () => {
    const parts = parseRule('rrule:bymonthday=-1;until=20271231T100000Z;freq=monthly');
    expect(parts).toEqual({ dates: 'FREQ=MONTHLY;BYMONTHDAY=-1', count: null, endsOn: '2027-12-31' });
    expect(ruleText(parts)).toBe('FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20271231');
  });

  it.each([
    'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31',
  ])('%s has no date', (rule) => {
    expect(nextDue(timing(rule), {})).toBeNull();
  });

  it('leaves dates out that do not count, and ends after its count or on its last day', () => {
    expect(datesOf('FREQ=DAILY;COUNT=3', 9, { exceptDates: ['2027-02-01'] })).toBe(
      '2027-01-31 2027-02-02 2027-02-03',
    );
    expect(datesOf('FREQ=DAILY;COUNT=3', 9, { occurrences: 2 })).toBe('2027-01-31');
    expect(datesOf('FREQ=DAILY;UNTIL=20270202', 9)).toBe('2027-01-31 2027-02-01 2027-02-02');
  });
});

describe('the instant of a date', () => {
  it.each([
    ['Europe/Berlin', '2027-03-28', '02:30', '2027-03-28T01:30:00.000Z'],
    ['Europe/Berlin', '2026-10-25', '02:30', '2026-10-25T00:30:00.000Z'],
    ['America/New_York', '2027-03-14', '02:30', '2027-03-14T07:30:00.000Z'],
    ['Asia/Kathmandu', '2027-01-01', '10:00', '2027-01-01T04:15:00.000Z'],
    ['Pacific/Kiritimati', '2027-01-01', '10:00', '2026-12-31T20:00:00.000Z'],
    // Morocco leaves its summer time for the month of Ramadan.
    ['Africa/Casablanca', '2025-02-15', '10:00', '2025-02-15T09:00:00.000Z'],
    ['Africa/Casablanca', '2025-03-10', '10:00', '2025-03-10T10:00:00.000Z'],
  ])('in %s on %s at %s is %s', (timeZone, startsOn, localTime, at) => {
    const due = nextDue(timing('FREQ=DAILY', { timeZone, startsOn: startsOn as Day, localTime }), {});
    expect(due).toEqual({ localDate: startsOn, at: new Date(at) });
  });

  it('is missing on a day that a zone left out', () => {
    const samoa = { timeZone: 'Pacific/Apia', startsOn: '2011-12-29' as Day };
    expect(datesOf('FREQ=DAILY', 3, samoa)).toBe('2011-12-29 2011-12-31 2012-01-01');
  });
});

const anyRule = fc.oneof(
  fc.record({ n: fc.integer({ min: 1, max: 9 }) }).map(({ n }) => `FREQ=DAILY;INTERVAL=${n}`),
  fc.subarray(['MO', 'TU', 'SU'], { minLength: 1 }).map((days) => `FREQ=WEEKLY;BYDAY=${days.join(',')}`),
  fc.constantFrom(
    'FREQ=MONTHLY;BYMONTHDAY=-1',
    'FREQ=MONTHLY;BYMONTHDAY=31',
    'FREQ=MONTHLY;BYDAY=-1SU',
    'FREQ=MONTHLY;BYDAY=2TU,4TU',
  ),
);
const anyZone = fc.constantFrom(
  ...[
    'Europe/Berlin',
    'America/New_York',
    'Pacific/Apia',
    'Africa/Casablanca',
    'Australia/Lord_Howe',
    'America/Santiago',
  ],
);
const anyTime = fc.record({ h: fc.integer({ min: 0, max: 23 }), m: fc.constantFrom(0, 15, 30, 59) });

it('gives no local date twice, rising instants, and no more than its count or its last day allows', () => {
  fc.assert(
    fc.property(
      fc.record({
        rule: anyRule,
        timeZone: anyZone,
        time: anyTime,
        from: fc.integer({ min: 0, max: 8_000 }),
      }),
      fc.option(fc.integer({ min: 1, max: 12 })),
      fc.option(fc.integer({ min: 0, max: 90 })),
      ({ rule, timeZone, time, from }, count, days) => {
        const startsOn = addDays('2008-01-01', from);
        const localTime = `${String(time.h).padStart(2, '0')}:${String(time.m).padStart(2, '0')}`;
        const endsOn = count === null && days !== null ? addDays(startsOn, days) : null;
        const rrule = ruleText({ dates: rule, count, endsOn });
        const found = firstDue(timing(rrule, { startsOn, timeZone, localTime }), {}, 20);
        expect(found.length).toBeLessThanOrEqual(count ?? 20);
        found.forEach(({ localDate, at }, n) => {
          const before = found[n - 1];
          expect(localDate >= startsOn && (endsOn === null || localDate <= endsOn)).toBe(true);
          expect(before === undefined || (before.localDate < localDate && before.at < at)).toBe(true);
          expect([localDate, addDays(localDate, 1)]).toContain(dayAt(at, timeZone));
          // The worker asks again after each of them.
          const left = timing(rrule, { startsOn, timeZone, localTime, occurrences: n + 1 });
          if (n < 19) expect(nextDue(left, { date: localDate, at })).toEqual(found[n + 1] ?? null);
        });
      },
    ),
    { numRuns: 50 },
  );
});
