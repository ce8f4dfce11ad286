import { describe, expect, it } from '@jest/globals';
import { CampaignCalendar, type CampaignHours } from './campaign-calendar.js';

const SETTINGS = { timeZone: 'UTC', dailyRunAt: '0 9 * * *', sendWindow: { start: '09:00', end: '21:00' } };

const calendarAt = (iso: string, hours: Partial<CampaignHours> = {}): CampaignCalendar =>
  new CampaignCalendar(
    { timeZone: 'Asia/Kolkata', sendWindowStart: null, sendWindowEnd: null, sendWindowOff: false, ...hours },
    SETTINGS,
    new Date(iso),
  );

describe('a campaign in Kolkata with the window of the installation', () => {
  it('uses the local day', () => {
    const calendar = calendarAt('2025-01-14T20:00:00Z');
    expect(calendar.today).toBe('2025-01-15');
    expect(calendar.dayBegins).toEqual(new Date('2025-01-14T18:30:00Z'));
  });

  it.each([
    ['03:29:59', false, '2025-01-15T03:30:00Z', null],
    ['03:30:00', true, '2025-01-15T03:30:00Z', '2025-01-15T15:30:00Z'],
    ['15:29:59', true, '2025-01-15T15:29:59Z', '2025-01-15T15:30:00Z'],
    ['15:30:00', false, '2025-01-16T03:30:00Z', null],
  ])('at %s UTC: open %s, opens at %s, closes at %s', (time, open, opens, closes) => {
    const calendar = calendarAt(`2025-01-15T${time}Z`);
    expect(calendar.isOpen).toBe(open);
    expect(calendar.opensAt).toEqual(new Date(opens));
    expect(calendar.closesAt).toEqual(closes === null ? null : new Date(closes));
  });
});

it('prefers the window of the campaign, and has no window when the campaign turns it off', () => {
  const own = calendarAt('2025-01-15T01:00:00Z', { sendWindowStart: '06:00', sendWindowEnd: '08:00' });
  expect(own.window).toEqual({ start: '06:00', end: '08:00' });
  expect(own.isOpen).toBe(true);
  const off = calendarAt('2025-01-15T20:00:00Z', { sendWindowOff: true });
  expect(off.window).toBeNull();
  expect(off.isOpen).toBe(true);
  expect(off.closesAt).toBeNull();
});

it('assigns a window that ends before the next run to the run before it', () => {
  const early = { timeZone: 'UTC', sendWindowStart: '06:00', sendWindowEnd: '08:00' };
  expect(calendarAt('2025-01-15T09:00:00Z', early).dayOfRun).toBe('2025-01-16');
  expect(calendarAt('2025-01-15T09:00:00Z', { timeZone: 'UTC' }).dayOfRun).toBe('2025-01-15');
});
