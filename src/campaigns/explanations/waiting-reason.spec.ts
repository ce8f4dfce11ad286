import { describe, expect, it } from '@jest/globals';
import { campaignWaitsFor, type Moment, recipientWaitsFor, type WaitingFacts } from './waiting-reason.js';

const sending: WaitingFacts = {
  status: 'active',
  statusReason: 'activated',
  scheduledFor: null,
  startDate: null,
  releasedOn: null,
  timeZone: 'UTC',
  sendWindowStart: null,
  sendWindowEnd: null,
  sendWindowOff: false,
  pending: 5,
  nextDay: '2025-01-15',
  senderName: 'Shop',
  senderStatus: 'active',
  senderReason: null,
  senderPausedUntil: null,
  senderHeldUntil: null,
  limit: 250,
  peopleCounted: 249,
  nextUnitAt: new Date('2025-01-16T09:00:00Z'),
};
const moment: Moment = {
  now: new Date('2025-01-15T10:00:00Z'),
  sendWindow: { start: '09:00', end: '21:00' },
  dailyRunAt: '0 9 * * *',
  timeZone: 'UTC',
};
const at = (time: string): Moment => ({ ...moment, now: new Date(time) });

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
      'Meta has refused messages of the sender "Shop" for coming too fast: it goes on, slower, at 2025-01-15T10:01:00.000Z.',
    ],
    [{ senderHeldUntil: new Date('2025-01-15T10:00:00Z') }, null],
    [{ senderStatus: null }, 'No WhatsApp number is connected to the campaign.'],
    [{ nextDay: '2025-01-16' }, 'The next recipients are planned for 2025-01-16.'],
    [
      { sendWindowStart: '18:00', sendWindowEnd: '20:00' },
      'The send window is closed until 2025-01-15T18:00:00.000Z.',
    ],
    [{ sendWindowStart: '18:00', sendWindowEnd: '20:00', sendWindowOff: true }, null],
    [{ startDate: '2025-01-10', releasedOn: '2025-01-15' }, null],
    [
      { peopleCounted: 250 },
      'The portfolio has written to the 250 people that Meta allows in 24 hours; the next one is possible at 2025-01-16T09:00:00.000Z.',
    ],
    [{ peopleCounted: 250, limit: null }, null],
  ])('%j waits: %p', (facts, expected) => {
    expect(campaignWaitsFor({ ...sending, ...facts }, moment)).toBe(expected);
  });

  it('that was started by its day waits for the daily run', () => {
    const facts = {
      ...sending,
      startDate: '2025-01-10',
      releasedOn: '2025-01-14',
      sendWindowOff: true,
    } as const;
    expect(campaignWaitsFor(facts, at('2025-01-15T08:00:00Z'))).toContain(
      'the daily run at 2025-01-15T09:00:00.000Z',
    );
  });

  it('reads the day off the clocks of its zone', () => {
    const facts = {
      ...sending,
      timeZone: 'Asia/Kolkata',
      nextDay: '2025-01-16',
      sendWindowOff: true,
    } as const;
    expect(campaignWaitsFor(facts, at('2025-01-15T18:00:00Z'))).toContain('planned for 2025-01-16');
    expect(campaignWaitsFor(facts, at('2025-01-15T18:30:00Z'))).toBeNull();
  });
});

describe('a recipient', () => {
  const pending = { status: 'pending', scheduledSendDate: '2025-01-15', nextAttemptAt: null } as const;
  const turn = 'It is their turn as soon as the rate of the campaign allows.';

  it.each([
    [pending, {}, turn],
    [{ ...pending, status: 'sent' as const }, {}, null],
    [{ ...pending, status: 'sending' as const }, {}, null],
    [pending, { status: 'draft' as const }, 'The campaign has not been started.'],
    [
      pending,
      { status: 'cancelled' as const, statusReason: 'cancelled by request' },
      'The campaign is cancelled: cancelled by request.',
    ],
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
  ])('%j of %j waits: %p', (recipient, facts, expected) => {
    expect(recipientWaitsFor(recipient, { ...sending, ...facts }, moment)).toEqual(expected);
  });
});
