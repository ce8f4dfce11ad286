import { describe, expect, it } from '@jest/globals';
import {
  type Explained,
  type ExplainedAttempt,
  type ExplainedRecipient,
  explainRecipient,
} from './explain-recipient.js';

const time = (hhmmss: string): Date => new Date(`2025-01-15T${hhmmss}Z`);
const recipient: ExplainedRecipient = {
  status: 'pending',
  scheduledSendDate: '2025-01-15',
  attemptedAt: null,
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  respondedAt: null,
  clickedAt: null,
  failedAt: null,
  failureReason: null,
  errorCode: null,
  responseMessage: null,
  createdAt: new Date('2025-01-10T10:00:00Z'),
  updatedAt: new Date('2025-01-10T10:00:00Z'),
};
const first: ExplainedAttempt = {
  attempt: 1,
  status: 'sending',
  templateName: 'sale',
  whatsappMessageId: null,
  createdAt: time('09:00:00'),
  acceptedAt: null,
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  failedAt: null,
  heldAt: null,
  doubtedAt: null,
  errorCode: null,
  errorSubcode: null,
  errorTitle: null,
  errorDetails: null,
  fbtraceId: null,
  httpStatus: null,
};
const around = { now: time('12:00:00'), timeZone: 'UTC', waitsFor: null };
const words = (events: Explained[]): string[] => events.map(({ event }) => event);

describe('a waiting recipient', () => {
  it('was added, is planned, and waits for something', () => {
    const waitsFor = 'Planned for 2025-01-15.';
    expect(explainRecipient(recipient, [], { ...around, waitsFor })).toEqual([
      { at: recipient.createdAt, event: 'added', detail: 'Added to the campaign.' },
      { at: time('00:00:00'), event: 'planned', detail: 'Planned for 2025-01-15.' },
      { at: around.now, event: 'waiting', detail: waitsFor },
    ]);
  });

  it('for a future day is planned as of now', () => {
    const later = { ...recipient, scheduledSendDate: '2025-02-01' };
    const events = explainRecipient(later, [], { ...around, waitsFor: 'Planned for 2025-02-01.' });
    expect(events.slice(1).map(({ at }) => at)).toEqual([around.now, around.now]);
  });

  it('is never planned before being added', () => {
    const late = { ...recipient, createdAt: time('08:00:00') };
    expect(explainRecipient(late, [], around).map(({ at }) => at)).toEqual([
      time('08:00:00'),
      time('08:00:00'),
    ]);
  });
});

describe('attempts', () => {
  const refused: ExplainedAttempt = {
    ...first,
    status: 'failed',
    whatsappMessageId: 'wamid.1',
    acceptedAt: time('09:00:00.400'),
    failedAt: time('09:00:05'),
    errorCode: 131026,
    errorTitle: 'Message undeliverable',
    errorDetails: 'Message Undeliverable.',
    fbtraceId: 'A1b2',
  };
  const arrived: ExplainedAttempt = {
    ...first,
    attempt: 2,
    status: 'read',
    whatsappMessageId: 'wamid.2',
    createdAt: time('09:01:05'),
    acceptedAt: time('09:01:05.700'),
    sentAt: time('09:01:05'),
    deliveredAt: time('09:01:06'),
    readAt: time('10:00:00'),
  };

  it('are listed one after the other, each with its outcome', () => {
    const read: ExplainedRecipient = {
      ...recipient,
      status: 'responded',
      respondedAt: time('10:05:00'),
      responseMessage: 'Yes please',
    };
    const events = explainRecipient(read, [refused, arrived], around);
    expect(words(events)).toEqual([
      ...['added', 'planned', 'attempt', 'accepted', 'attempt_failed'],
      ...['attempt', 'accepted', 'sent', 'delivered', 'read', 'replied'],
    ]);
    expect(events[4]).toMatchObject({
      attempt: 1,
      code: 131026,
      title: 'Message undeliverable',
      details: 'Message Undeliverable.',
      fbtraceId: 'A1b2',
      detail: 'Meta reported that it failed: Message undeliverable',
      action: 'retry',
    });
    expect(events[4]?.meaning).toBeTruthy();
    expect(events.at(-1)?.detail).toBe('Replied: Yes please');
  });

  it('are never shown out of order although Meta counts in seconds', () => {
    const times = explainRecipient(recipient, [arrived], around).map(({ at }) => at.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(words(explainRecipient(recipient, [arrived], around)).slice(3, 5)).toEqual(['accepted', 'sent']);
  });

  it.each([
    ['failed', 'failed'],
    ['opted_out', 'opted_out'],
  ] as const)('that ended %s within the second they began in end after them', (status, event) => {
    const added = { ...recipient, scheduledSendDate: null, createdAt: time('09:00:00.200') };
    const failedAt = time('09:00:00');
    const quick = { ...refused, createdAt: time('09:00:00.300'), failedAt };
    const events = explainRecipient({ ...added, status, failedAt }, [quick], around);
    expect(words(events)).toEqual(['added', 'attempt', 'accepted', 'attempt_failed', event]);
    expect(events.at(-1)?.at).toEqual(refused.acceptedAt);
  });

  it('are never answered before they went', () => {
    const sent = { ...arrived, deliveredAt: null, readAt: null };
    const quick = { ...recipient, status: 'responded' as const, respondedAt: time('09:01:05') };
    const events = explainRecipient({ ...quick, clickedAt: time('09:01:05') }, [sent], around);
    expect(words(events).slice(2)).toEqual(['attempt', 'accepted', 'sent', 'replied', 'clicked']);
  });

  it('with an unreadable answer are in doubt, and say until when', () => {
    const unknown = {
      ...first,
      status: 'unknown' as const,
      doubtedAt: time('09:00:00.500'),
      httpStatus: 500,
      errorTitle: 'HTTP 500',
    };
    const sending = { ...recipient, status: 'sending' as const, attemptedAt: first.createdAt };
    const events = explainRecipient(sending, [unknown], around);
    expect(words(events)).toEqual(['added', 'planned', 'attempt', 'in_doubt', 'waiting']);
    expect(events[3]).toMatchObject({ attempt: 1, httpStatus: 500, title: 'HTTP 500' });
    expect(events[3]?.detail).toContain('2025-01-16T09:00:00.000Z');
  });

  it('that were in doubt keep that in their story after a status has settled them', () => {
    const settled = {
      ...first,
      status: 'delivered' as const,
      doubtedAt: time('09:00:30'),
      sentAt: time('09:00:01'),
      deliveredAt: time('09:02:00'),
    };
    const sent = { ...recipient, status: 'delivered' as const };
    const events = explainRecipient(sent, [settled], around);
    expect(words(events).slice(2)).toEqual(['attempt', 'sent', 'in_doubt', 'delivered']);
    expect(events[4]?.detail).toBe("Meta's answer never arrived, so the outcome was unknown.");
  });

  it('that were held keep that in their story after they were released', () => {
    const released = {
      ...first,
      status: 'sent' as const,
      heldAt: time('09:00:01'),
      sentAt: time('11:00:00'),
    };
    const sent = { ...recipient, status: 'sent' as const };
    expect(words(explainRecipient(sent, [released], around)).slice(2)).toEqual(['attempt', 'held', 'sent']);
  });

  it('that were held say so, and until when', () => {
    const held = { ...first, status: 'held' as const, heldAt: time('09:00:01') };
    const waiting = { ...recipient, status: 'held' as const, attemptedAt: first.createdAt };
    expect(explainRecipient(waiting, [held], around).at(-1)?.detail).toContain('2025-01-22T09:00:00.000Z');
    expect(words(explainRecipient({ ...recipient, status: 'held' }, [held], around))).toEqual([
      ...['added', 'planned', 'attempt', 'held', 'waiting'],
    ]);
  });

  it('that one phone refused and another one took list both, in order', () => {
    const both = { ...refused, deliveredAt: time('09:00:09') };
    expect(words(explainRecipient(recipient, [both], around)).slice(2)).toEqual([
      ...['attempt', 'accepted', 'attempt_failed', 'delivered'],
    ]);
  });

  it('that are purged leave the recipient’s own columns', () => {
    const old = { ...recipient, status: 'read' as const, sentAt: time('09:00:01'), readAt: time('09:30:00') };
    expect(words(explainRecipient(old, [], around))).toEqual(['added', 'planned', 'sent', 'read']);
  });
});

it.each([
  ['skipped', 'User unsubscribed', null, 'skipped'],
  ['opted_out', null, 131050, 'opted_out'],
  ['failed', 'unconfirmed', null, 'failed'],
  ['failed', 'Not before tomorrow', 131049, 'failed'],
] as const)('%s with %p and code %p ends with %s', (status, failureReason, errorCode, event) => {
  const settled = { ...recipient, status, failureReason, errorCode, failedAt: time('10:00:00') };
  const last = explainRecipient(settled, [], around).at(-1);
  expect(last).toMatchObject({ at: time('10:00:00'), event });
  if (failureReason !== null) expect(last?.detail).toBe(failureReason);
  if (status === 'failed') expect(last?.code).toBe(errorCode ?? undefined);
});
