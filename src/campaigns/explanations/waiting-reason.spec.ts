import { describe, expect, it } from '@jest/globals';
import { CampaignCalendar, type CampaignHours } from '../campaign/campaign-calendar.js';
import { campaignWaitsFor, recipientWaitsFor, type WaitingFacts } from './waiting-reason.js';

const sending: WaitingFacts = {
  status: 'active',
  statusReason: 'activated',
  scheduledFor: null,
  startDate: null,
  releasedOn: null,
  openWave: 32_767,
  pending: 5,
  nextDay: '2025-01-15',
  senderName: 'Shop',
  senderStatus: 'active',
  senderIsVerified: true,
  senderReason: null,
  senderPausedUntil: null,
  senderHeldUntil: null,
  limit: 250,
  peopleCounted: 249,
  nextUnitAt: new Date('2025-01-16T09:00:00Z'),
  sendInRecipientZone: false,
  hasSendTimes: false,
  statusChangedAt: new Date('2025-01-15T00:00:00Z'),
};
const SETTINGS = { timeZone: 'UTC', dailyRunAt: '0 9 * * *', sendWindow: { start: '09:00', end: '21:00' } };

const calendarAt = (time: string, hours: Partial<CampaignHours> = {}): CampaignCalendar =>
  new CampaignCalendar(
    { timeZone: 'UTC', sendWindowStart: null, sendWindowEnd: null, sendWindowOff: false, ...hours },
    SETTINGS,
    new Date(time),
  );
const morning = calendarAt('2025-01-15T10:00:00Z');

describe('a campaign', () => {
  it.each<[Partial<WaitingFacts>, string | null]>([
    [{}, null],
    [{ pending: 0, senderStatus: 'paused' }, null],
    [{ status: 'draft' }, null],
    [{ status: 'completed' }, null],
    [
      { status: 'scheduled', scheduledFor: new Date('2025-01-20T08:00:00Z') },
      'Begins at 2025-01-20T08:00:00.000Z.',
    ],
    [{ status: 'paused', statusReason: 'paused by request' }, 'The campaign is paused: paused by request.'],
    [
      { senderStatus: 'paused', senderReason: 'Meta has blocked it.' },
      'The sender "Shop" is paused: Meta has blocked it.',
    ],
    [
      { senderStatus: 'paused', senderPausedUntil: new Date('2025-01-15T11:00:00Z') },
      'The sender "Shop" is paused until 2025-01-15T11:00:00.000Z.',
    ],
    [
      { senderHeldUntil: new Date('2025-01-15T10:01:00Z') },
      'Meta has refused messages of the sender "Shop" because they came too fast. It resumes more slowly at 2025-01-15T10:01:00.000Z.',
    ],
    [{ senderHeldUntil: new Date('2025-01-15T10:00:00Z') }, null],
    [
      { senderIsVerified: false },
      'Meta has not confirmed the number of the sender "Shop". Sync the sender, or correct its token.',
    ],
    [{ senderStatus: null }, 'No WhatsApp number is connected to the campaign.'],
    [{ nextDay: '2025-01-16' }, 'The next recipients are planned for 2025-01-16.'],
    [{ startDate: '2025-01-10', releasedOn: '2025-01-15' }, null],
    [
      { peopleCounted: 250 },
      'The portfolio has written to the 250 people that Meta allows in 24 hours; the next one is possible at 2025-01-16T09:00:00.000Z.',
    ],
    [{ peopleCounted: 250, limit: null }, null],
  ])('with %j waits for: %p', (facts, expected) => {
    expect(campaignWaitsFor({ ...sending, ...facts }, morning)).toBe(expected);
  });

  it.each<[Partial<CampaignHours>, string | null]>([
    [
      { sendWindowStart: '18:00', sendWindowEnd: '20:00' },
      'The send window is closed until 2025-01-15T18:00:00.000Z.',
    ],
    [{ sendWindowStart: '18:00', sendWindowEnd: '20:00', sendWindowOff: true }, null],
  ])('with the hours %j waits for: %p', (hours, expected) => {
    expect(campaignWaitsFor(sending, calendarAt('2025-01-15T10:00:00Z', hours))).toBe(expected);
  });

  it('waits for the daily run when it was started for a day', () => {
    const facts = { ...sending, startDate: '2025-01-10', releasedOn: '2025-01-14' } as const;
    const calendar = calendarAt('2025-01-15T08:00:00Z', { sendWindowOff: true });
    expect(campaignWaitsFor(facts, calendar)).toContain('the daily run at 2025-01-15T09:00:00.000Z');
  });

  it('waits for a day of its own time zone', () => {
    const facts = { ...sending, nextDay: '2025-01-16' } as const;
    const kolkata = { timeZone: 'Asia/Kolkata', sendWindowOff: true };
    expect(campaignWaitsFor(facts, calendarAt('2025-01-15T18:00:00Z', kolkata))).toContain(
      'planned for 2025-01-16',
    );
    expect(campaignWaitsFor(facts, calendarAt('2025-01-15T18:30:00Z', kolkata))).toBeNull();
  });
});

describe('a recipient', () => {
  const pending = {
    status: 'pending',
    scheduledSendDate: '2025-01-15',
    nextAttemptAt: null,
    wave: 0,
  } as const;
  const turn = 'Sent as soon as the rate of the campaign allows.';

  it.each([
    [pending, {}, turn],
    [{ ...pending, status: 'sent' as const }, {}, null],
    [{ ...pending, status: 'sending' as const }, {}, null],
    [pending, { status: 'draft' as const }, 'The campaign has not been started.'],
    [
      pending,
      { status: 'cancelled' as const, statusReason: 'cancelled by request' },
      'The campaign is cancelled: cancelled by request. Nothing more is sent.',
    ],
    [{ ...pending, wave: 1 }, { openWave: 0 }, 'The experiment of the campaign has to be decided first.'],
    [{ ...pending, wave: 1 }, { openWave: 1 }, turn],
    [{ ...pending, scheduledSendDate: null }, {}, 'No day is planned yet.'],
    [{ ...pending, scheduledSendDate: '2025-01-17' }, {}, 'Planned for 2025-01-17.'],
    [
      { ...pending, status: 'retry' as const, nextAttemptAt: new Date('2025-01-15T10:04:00Z') },
      {},
      'The next attempt is due at 2025-01-15T10:04:00.000Z.',
    ],
    [{ ...pending, status: 'queued' as const }, { startDate: '2025-01-15' as const }, turn],
    [
      { ...pending, status: 'queued' as const },
      { peopleCounted: 251 },
      expect.stringContaining('250 people'),
    ],
  ])('%j of a campaign with %j waits for: %p', (recipient, facts, expected) => {
    expect(recipientWaitsFor(recipient, { ...sending, ...facts }, morning)).toEqual(expected);
  });
});

describe('on the clocks of the recipients', () => {
  const waiting = {
    status: 'pending',
    scheduledSendDate: '2025-01-15',
    nextAttemptAt: null,
    wave: 0,
  } as const;
  const zoned = { ...sending, sendInRecipientZone: true };
  const at = (zone: string | null, sendAt: string | null = null) => ({ zone, sendAt, decidedAt: null });

  it.each([
    [
      '2025-01-15T02:00:00Z',
      at('Asia/Kolkata'),
      'Waits for 09:00 in Asia/Kolkata (2025-01-15T03:30:00.000Z).',
    ],
    [
      '2025-01-15T16:00:00Z',
      at('Asia/Kolkata'),
      'Waits for 09:00 in Asia/Kolkata (2025-01-16T03:30:00.000Z).',
    ],
    ['2025-01-15T04:00:00Z', at('Asia/Kolkata'), 'Sent as soon as the rate of the campaign allows.'],
    [
      '2025-01-15T04:00:00Z',
      at('Asia/Kolkata', '18:00'),
      'Waits for 18:00 in Asia/Kolkata, the hour of its variant (2025-01-15T12:30:00.000Z).',
    ],
    ['2025-01-15T13:00:00Z', at('Asia/Kolkata', '18:00'), 'Sent as soon as the rate of the campaign allows.'],
    [
      '2025-01-15T10:00:00Z',
      at(null, '18:00'),
      'Waits for 18:00 in UTC, the hour of its variant (2025-01-15T18:00:00.000Z).',
    ],
  ])('a recipient at %s with %j: %s', (now, hours, expected) => {
    expect(recipientWaitsFor(waiting, zoned, calendarAt(now), hours)).toBe(expected);
  });

  it('an hour that came before the start is for the next day', () => {
    const facts = { ...sending, statusChangedAt: new Date('2025-01-15T12:00:00Z') };
    expect(recipientWaitsFor(waiting, facts, calendarAt('2025-01-15T13:00:00Z'), at(null, '10:00'))).toBe(
      'Waits for 10:00 in UTC, the hour of its variant of the next day.',
    );
  });

  it('a campaign waits for the first of them', () => {
    const zones = ['America/Los_Angeles', 'Asia/Kolkata', 'Europe/Berlin'];
    expect(campaignWaitsFor(zoned, calendarAt('2025-01-15T06:00:00Z'), zones)).toBeNull();
    expect(campaignWaitsFor(zoned, calendarAt('2025-01-15T06:00:00Z'), ['Europe/Berlin'])).toBe(
      'Waits for 09:00 in Europe/Berlin (2025-01-15T08:00:00.000Z).',
    );
  });
});
