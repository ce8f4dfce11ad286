import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, type Day, dayAt, startOfDay } from './day.js';
import {
  closesAt,
  isOpen,
  nextOpening,
  openingsOn,
  openMinutesOn,
  parseSendWindow,
  type SendWindow,
  sendWindow,
} from './send-window.js';

const BERLIN = 'Europe/Berlin';
const DAYTIME: SendWindow = { start: '09:00', end: '21:00' };
const NIGHT: SendWindow = { start: '21:00', end: '06:00' };
const MINUTE_MS = 60_000;

describe('parseSendWindow', () => {
  it.each<[string, SendWindow | null]>([
    ['09:00-21:00', DAYTIME],
    [' 09:00 - 21:00 ', DAYTIME],
    ['21:00-06:00', NIGHT],
    ['18:00-24:00', { start: '18:00', end: '00:00' }],
    ['18:00-00:00', { start: '18:00', end: '00:00' }],
    ['00:00-24:00', null],
    ['00:00-23:59', { start: '00:00', end: '23:59' }],
  ])('"%s" is %j', (text, window) => {
    expect(parseSendWindow(text)).toEqual(window);
  });

  it.each([
    '09:00-09:00',
    '00:00-00:00',
    '24:00-06:00',
    '9:00-21:00',
    '09:00-25:00',
    '09:60-21:00',
    '09:00',
    '09:00-12:00-21:00',
    '09:00 to 21:00',
    '',
    '-',
  ])('"%s" is refused', (text) => {
    expect(() => parseSendWindow(text)).toThrow(
      expect.objectContaining({ kind: 'invalid', code: 'bad_send_window' }),
    );
  });

  it('explains why a window without length is refused', () => {
    expect(() => sendWindow('09:00', '09:00')).toThrow('the whole day is written 00:00-24:00');
  });
});

describe('an instant and a window', () => {
  it.each<[string, SendWindow | null, string, string, string, string | null]>([
    ['before it opens', DAYTIME, BERLIN, '2025-01-15T07:59:59.999Z', '2025-01-15T08:00:00.000Z', null],
    ['as it opens', DAYTIME, BERLIN, '2025-01-15T08:00:00.000Z', 'open', '2025-01-15T20:00:00.000Z'],
    ['the last moment', DAYTIME, BERLIN, '2025-01-15T19:59:59.999Z', 'open', '2025-01-15T20:00:00.000Z'],
    ['as it closes', DAYTIME, BERLIN, '2025-01-15T20:00:00.000Z', '2025-01-16T08:00:00.000Z', null],
    [
      'east of Greenwich',
      DAYTIME,
      'Asia/Kathmandu',
      '2025-01-15T03:14:00Z',
      '2025-01-15T03:15:00.000Z',
      null,
    ],
    ['always open', null, BERLIN, '2025-01-15T02:00:00.000Z', 'open', null],
    ['at night', NIGHT, BERLIN, '2025-01-15T22:30:00.000Z', 'open', '2025-01-16T05:00:00.000Z'],
    ['after midnight', NIGHT, BERLIN, '2025-01-16T01:00:00.000Z', 'open', '2025-01-16T05:00:00.000Z'],
    ['in the day of a night window', NIGHT, BERLIN, '2025-01-15T05:00:00Z', '2025-01-15T20:00:00.000Z', null],
    [
      'the night that loses an hour',
      NIGHT,
      BERLIN,
      '2025-03-29T23:00:00Z',
      'open',
      '2025-03-30T04:00:00.000Z',
    ],
    [
      'the night that gains an hour',
      NIGHT,
      BERLIN,
      '2025-10-25T23:00:00Z',
      'open',
      '2025-10-26T05:00:00.000Z',
    ],
    [
      'opening time in the skipped hour',
      { start: '02:30', end: '05:00' },
      BERLIN,
      '2025-03-30T00:00:00Z',
      '2025-03-30T01:00:00.000Z',
      null,
    ],
    [
      'the whole window in the skipped hour',
      { start: '02:10', end: '02:50' },
      BERLIN,
      '2025-03-30T00:00:00Z',
      '2025-03-31T00:10:00.000Z',
      null,
    ],
    [
      'between the two passes of a repeated hour',
      { start: '02:10', end: '02:50' },
      BERLIN,
      '2025-10-26T00:50:00Z',
      '2025-10-26T01:10:00.000Z',
      null,
    ],
    [
      'from midnight, where there is none',
      { start: '00:00', end: '06:00' },
      'Africa/Cairo',
      '2025-04-24T20:00:00Z',
      '2025-04-24T22:00:00.000Z',
      null,
    ],
    [
      'before a day left out',
      DAYTIME,
      'Pacific/Apia',
      '2011-12-30T08:00:00Z',
      '2011-12-30T19:00:00.000Z',
      null,
    ],
  ])('%s', (_, window, zone, instant, opening, closing) => {
    const now = new Date(instant);
    expect(isOpen(window, now, zone)).toBe(opening === 'open');
    expect(nextOpening(window, now, zone)).toEqual(opening === 'open' ? now : new Date(opening));
    expect(closesAt(window, now, zone)?.toISOString() ?? null).toBe(closing);
  });
});

describe('open minutes of a day', () => {
  it.each<[string, SendWindow | null, Day, string, number]>([
    ['an ordinary day', DAYTIME, '2025-01-15', BERLIN, 720],
    ['a night: its early and its late part', NIGHT, '2025-01-15', BERLIN, 360 + 180],
    ['a night that loses an hour', NIGHT, '2025-03-30', BERLIN, 300 + 180],
    ['a night that gains an hour', NIGHT, '2025-10-26', BERLIN, 420 + 180],
    ['a daytime window when clocks change', DAYTIME, '2025-03-30', BERLIN, 720],
    ['always open', null, '2025-01-15', BERLIN, 1440],
    ['always open, 23 hours', null, '2025-03-30', BERLIN, 1380],
    ['always open, 25 hours', null, '2025-10-26', BERLIN, 1500],
    ['a window inside the skipped hour', { start: '02:10', end: '02:50' }, '2025-03-30', BERLIN, 0],
    ['a window inside the repeated hour', { start: '02:10', end: '02:50' }, '2025-10-26', BERLIN, 80],
    ['until midnight', { start: '18:00', end: '00:00' }, '2025-01-15', BERLIN, 360],
    ['a day that was left out', null, '2011-12-30', 'Pacific/Apia', 0],
    ['midnight twice', { start: '00:00', end: '01:00' }, '2025-11-02', 'America/Havana', 120],
  ])('%s', (_, window, day, zone, minutes) => {
    expect(openMinutesOn(window, day, zone)).toBe(minutes);
  });

  it.each([
    ['before the window', '2025-01-15T07:00:00Z', 720],
    ['inside it', '2025-01-15T19:30:30Z', 29.5],
    ['after it', '2025-01-15T20:00:00Z', 0],
    ['the day before', '2025-01-14T12:00:00Z', 720],
    ['the day after', '2025-01-16T12:00:00Z', 0],
  ])('counts only what is left %s', (_, from, minutes) => {
    expect(openMinutesOn(DAYTIME, '2025-01-15', BERLIN, new Date(from))).toBe(minutes);
  });
});

describe('against a clock read minute by minute', () => {
  // Days on which clocks were changed, or a day was left out, beside ordinary ones.
  const place = fc.constantFrom<[string, Day]>(
    ['UTC', '2025-01-15'],
    ['Asia/Kathmandu', '2025-01-15'],
    [BERLIN, '2025-03-30'],
    [BERLIN, '2025-10-26'],
    ['America/New_York', '2025-03-09'],
    ['America/New_York', '2025-11-02'],
    ['Australia/Lord_Howe', '2025-04-06'],
    ['Australia/Lord_Howe', '2025-10-05'],
    ['Africa/Cairo', '2025-04-25'],
    ['Africa/Cairo', '2025-10-30'],
    ['America/Havana', '2025-11-02'],
    ['America/Sao_Paulo', '2018-11-04'],
    ['Pacific/Apia', '2011-12-29'],
  );
  const minute = fc.integer({ min: 0, max: 1_439 });
  const time = (n: number): string =>
    `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;
  const windows = fc
    .tuple(minute, minute)
    .filter(([start, end]) => start !== end)
    .map(([start, end]): SendWindow => ({ start: time(start), end: time(end) }));

  const formatters = new Map<string, Intl.DateTimeFormat>();
  function wallTime(ms: number, zone: string): string {
    let format = formatters.get(zone);
    if (format === undefined) {
      format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
      formatters.set(zone, format);
    }
    return format.format(ms);
  }
  function opens({ start, end }: SendWindow, ms: number, zone: string): boolean {
    const now = wallTime(ms, zone);
    return start < end ? start <= now && now < end : start <= now || now < end;
  }

  it('counts the same minutes', () => {
    fc.assert(
      fc.property(place, windows, ([zone, day], window) => {
        let minutes = 0;
        const end = startOfDay(addDays(day, 1), zone).getTime();
        for (let ms = startOfDay(day, zone).getTime(); ms < end; ms += MINUTE_MS) {
          if (opens(window, ms, zone)) minutes++;
        }
        expect(openMinutesOn(window, day, zone)).toBe(minutes);
      }),
      { numRuns: 60 },
    );
  });

  it('opens and closes at the same minutes', () => {
    fc.assert(
      fc.property(place, windows, fc.integer({ min: 0, max: 1_440 }), ([zone, day], window, after) => {
        const now = startOfDay(day, zone).getTime() + after * MINUTE_MS;
        let opening = now;
        while (!opens(window, opening, zone)) opening += MINUTE_MS;
        let closing = opening;
        while (opens(window, closing, zone)) closing += MINUTE_MS;

        expect(isOpen(window, new Date(now), zone)).toBe(opening === now);
        expect(nextOpening(window, new Date(now), zone)).toEqual(new Date(opening));
        expect(closesAt(window, new Date(opening), zone)).toEqual(new Date(closing));
      }),
      { numRuns: 60 },
    );
  });

  it('lists openings that belong to the day, in order and apart', () => {
    fc.assert(
      fc.property(place, windows, ([zone, day], window) => {
        let last = -Infinity;
        for (const { from, to } of openingsOn(window, day, zone)) {
          expect(dayAt(from, zone)).toBe(day);
          expect(dayAt(new Date(to.getTime() - 1), zone)).toBe(day);
          expect(from.getTime()).toBeGreaterThanOrEqual(last);
          last = to.getTime();
          expect(from.getTime()).toBeLessThan(last);
        }
      }),
    );
  });
});
