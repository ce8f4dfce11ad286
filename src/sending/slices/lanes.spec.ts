import { describe, expect, it } from '@jest/globals';
import { CampaignCalendar } from '../../campaigns/campaign/campaign-calendar.js';
import { lanesAt, type SendTime } from './lanes.js';
import { shareReleases } from './share-releases.js';

const settings = { timeZone: 'UTC', dailyRunAt: '0 9 * * *', sendWindow: null };
const BERLIN = 'Europe/Berlin';

function calendarAt(
  now: string,
  timeZone = BERLIN,
  [start, end]: readonly string[] = ['09:00', '20:00'],
): CampaignCalendar {
  const hours = {
    timeZone,
    sendWindowStart: start ?? null,
    sendWindowEnd: end ?? null,
    sendWindowOff: false,
  };
  return new CampaignCalendar(hours, settings, new Date(now));
}

const START = new Date('2025-01-01T00:00:00Z');
function lookAt(
  calendar: CampaignCalendar,
  zone: string,
  times: SendTime[] = [],
  since = START,
): {
  isOpen: boolean;
  closed: number[] | undefined;
  closesAt: string | undefined;
  nextAt: string | undefined;
} {
  const { open, nextAt } = lanesAt(
    calendar,
    [{ id: 1, name: zone }],
    times.length === 0 ? null : { times, since },
    { isReleased: true },
  );
  return {
    isOpen: open.length === 1,
    closed: open[0]?.closed,
    closesAt: open[0]?.closesAt?.toISOString(),
    nextAt: nextAt?.toISOString(),
  };
}

describe('the window on the clock of a recipient', () => {
  it.each([
    ['Kolkata at 05:00 its time', '2025-01-14T23:30:00Z', 'Asia/Kolkata', false, '2025-01-15T03:30:00.000Z'],
    ['Kolkata at 09:00', '2025-01-15T03:30:00Z', 'Asia/Kolkata', true, '2025-01-15T14:30:00.000Z'],
    ['Kolkata at 20:00', '2025-01-15T14:30:00Z', 'Asia/Kolkata', false, '2025-01-16T03:30:00.000Z'],
    ['Kathmandu, a quarter past', '2025-01-15T03:15:00Z', 'Asia/Kathmandu', true, '2025-01-15T14:15:00.000Z'],
    [
      'Los Angeles in the evening before',
      '2025-01-15T00:00:00Z',
      'America/Los_Angeles',
      true,
      '2025-01-15T04:00:00.000Z',
    ],
    [
      'Los Angeles at night',
      '2025-01-15T10:00:00Z',
      'America/Los_Angeles',
      false,
      '2025-01-15T17:00:00.000Z',
    ],
    [
      'Kiritimati, 14 hours ahead',
      '2025-01-15T05:00:00Z',
      'Pacific/Kiritimati',
      true,
      '2025-01-15T06:00:00.000Z',
    ],
    [
      'New York on its day of 23 hours',
      '2025-03-09T13:00:00Z',
      'America/New_York',
      true,
      '2025-03-10T00:00:00.000Z',
    ],
    [
      'New York the day before',
      '2025-03-08T13:30:00Z',
      'America/New_York',
      false,
      '2025-03-08T14:00:00.000Z',
    ],
    ['Berlin on its own day of 25 hours', '2025-10-26T07:30:00Z', BERLIN, false, '2025-10-26T08:00:00.000Z'],
    [
      'Lord Howe, whose clock moves half an hour',
      '2025-10-04T22:00:00Z',
      'Australia/Lord_Howe',
      true,
      '2025-10-05T09:00:00.000Z',
    ],
  ])('%s', (_, now, zone, isOpen, at) => {
    const look = lookAt(calendarAt(now), zone);
    expect(look.isOpen).toBe(isOpen);
    expect(isOpen ? look.closesAt : look.nextAt).toBe(at);
  });

  it('opens in every zone on every day of the campaign', () => {
    const zones = ['Pacific/Kiritimati', 'Asia/Kathmandu', 'Pacific/Pago_Pago', 'America/New_York', 'UTC'];
    for (const day of ['2025-01-15', '2025-03-09', '2025-03-30', '2025-10-26', '2025-11-02']) {
      for (const zone of zones) {
        const hours = Array.from(
          { length: 24 },
          (_, hour) => `${day}T${String(hour).padStart(2, '0')}:05:00Z`,
        );
        expect(
          hours.filter((now) => lookAt(calendarAt(now, 'UTC'), zone).isOpen).length,
        ).toBeGreaterThanOrEqual(10);
      }
    }
  });

  it('releases first what closes first', () => {
    const zones = [
      { id: 1, name: 'America/New_York' },
      { id: 2, name: 'Asia/Kolkata' },
      { id: 3, name: BERLIN },
    ];
    const { open } = lanesAt(calendarAt('2025-01-15T14:15:00Z'), zones, null, { isReleased: true });
    expect(open.map(({ zoneId }) => zoneId)).toEqual([2, 3, 1]);
  });

  it.each([
    ['in reach of the run', '2025-01-15T10:00:00Z', 'UTC', ['09:00', '20:00'], false],
    [
      'Tokyo, whose window is over at the run',
      '2025-01-15T02:00:00Z',
      'Asia/Tokyo',
      ['09:00', '18:00'],
      true,
    ],
    ['Tokyo with an evening', '2025-01-15T02:00:00Z', 'Asia/Tokyo', ['09:00', '20:00'], false],
  ])('waits for the daily run unless none can reach it: %s', (_, now, zone, window, isReleased) => {
    const { open } = lanesAt(calendarAt(now, 'UTC', window), [{ id: 1, name: zone }], null, {
      isReleased: false,
    });
    expect(open.map((lane) => lane.isReleased)).toEqual([isReleased]);
  });
});

describe('the hour of a variant', () => {
  const times = [
    { variant: 1, at: '10:00' },
    { variant: 2, at: '18:00' },
  ];
  it.each([
    ['before both', '2025-01-15T08:30:00Z', BERLIN, [1, 2], '2025-01-15T09:00:00.000Z'],
    ['at the first', '2025-01-15T09:00:00Z', BERLIN, [2], '2025-01-15T17:00:00.000Z'],
    ['after both', '2025-01-15T18:00:00Z', BERLIN, [], undefined],
    ['in Kolkata', '2025-01-15T04:30:00Z', 'Asia/Kolkata', [2], '2025-01-15T12:30:00.000Z'],
    // 19:00 there is still the evening of the day before, whose hours are not those of this day.
    [
      'in the evening before, in Los Angeles',
      '2025-01-14T23:30:00Z',
      'America/Los_Angeles',
      [1, 2],
      '2025-01-15T02:00:00.000Z',
    ],
    [
      'at 18:00 of that evening',
      '2025-01-15T02:00:00Z',
      'America/Los_Angeles',
      [1],
      '2025-01-15T18:00:00.000Z',
    ],
    [
      'the next morning there, when that hour is over',
      '2025-01-15T17:30:00Z',
      'America/Los_Angeles',
      [1, 2],
      '2025-01-15T18:00:00.000Z',
    ],
  ])('%s', (_, now, zone, closed, nextAt) => {
    expect(lookAt(calendarAt(now), zone, times)).toMatchObject({ isOpen: true, closed, nextAt });
  });

  it('that came before the start is for the next day', () => {
    const since = new Date('2025-01-15T10:00:00Z');
    expect(lookAt(calendarAt('2025-01-15T11:00:00Z'), BERLIN, times, since).closed).toEqual([1, 2]);
    expect(lookAt(calendarAt('2025-01-16T11:00:00Z'), BERLIN, times, since).closed).toEqual([2]);
  });

  it('outside the window leaves it to the window', () => {
    expect(lookAt(calendarAt('2025-01-15T09:00:00Z'), BERLIN, [{ variant: 1, at: '22:00' }]).closed).toEqual(
      [],
    );
  });

  it('that the clock skips leaves it to the window', () => {
    const night = calendarAt('2025-03-30T03:00:00Z', BERLIN, ['01:00', '08:00']);
    expect(lookAt(night, BERLIN, [{ variant: 1, at: '02:30' }]).closed).toEqual([]);
  });
});

describe('sharing out releases', () => {
  const release = (atMs: number, size: number) => ({ atMs, size });
  it.each([
    ['one part', [release(0, 100), release(0, 50)], [150], [[release(0, 100), release(0, 50)]]],
    [
      'a release that straddles',
      [release(0, 100), release(1, 50)],
      [120, 30],
      [[release(0, 100), release(1, 20)], [release(1, 30)]],
    ],
    ['empty parts', [release(0, 3)], [0, 1, 0, 2], [[], [release(0, 1)], [], [release(0, 2)]]],
    ['nothing', [], [0, 0], [[], []]],
    ['less room than released', [release(0, 9)], [4], [[release(0, 4)]]],
  ])('%s', (_, releases, sizes, parts) => {
    expect(shareReleases(releases, sizes)).toEqual(parts);
  });
});
