import { describe, expect, it } from '@jest/globals';
import { type GraphError, transportError } from '../../whatsapp/errors/graph-error.js';
import { foldReports, MESSAGE_RANK, type MessageReport, STATES_BY_RANK } from './message-progress.js';

const ID = { messageId: '019a2f64-9c10-7abc-8def-0123456789ab' };
const at = (seconds: number): Date => new Date(Date.UTC(2025, 0, 15, 10, 0, seconds));

function report(status: MessageReport['status'], more: Partial<MessageReport> = {}): MessageReport {
  return { message: ID, status, at: at(1), wamid: 'wamid.1', error: null, pricing: null, ...more };
}

const error = (title: string): GraphError => transportError(title);

it('ranks the states as SQL does', () => {
  expect(STATES_BY_RANK.map((state) => MESSAGE_RANK[state])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

describe('several reports of one message', () => {
  it('become one that knows the most, with the first time of each step', () => {
    const news = foldReports([
      report('delivered', { at: at(5) }),
      report('sent', { at: at(3) }),
      report('delivered', { at: at(4) }),
      report('accepted', { at: at(2), wamid: null }),
    ]);
    expect(news).toMatchObject([
      { status: 'delivered', wamid: 'wamid.1', acceptedAt: at(2), sentAt: at(3), deliveredAt: at(4) },
    ]);
  });

  it('keep the reason of the failure rather than that of the doubt, and the first of two', () => {
    const doubt = report('unknown', { error: error('timeout') });
    const failure = report('failed', { error: error('undeliverable') });
    const again = report('failed', { error: error('once more') });
    for (const order of [
      [doubt, failure, again],
      [failure, again, doubt],
      [failure, doubt, again],
    ]) {
      expect(foldReports(order)[0]?.error?.title).toBe('undeliverable');
    }
  });

  it('let a delivery outrank a failure and keep its reason', () => {
    const [news] = foldReports([report('delivered'), report('failed', { error: error('other phone') })]);
    expect(news).toMatchObject({ status: 'delivered', error: { title: 'other phone' } });
  });

  it('are kept apart by message and by attempt', () => {
    const recipientId = ID.messageId;
    const news = foldReports([
      report('sent', { message: { recipientId, attempt: 1 } }),
      report('sent', { message: { recipientId, attempt: 2 } }),
      report('sent'),
    ]);
    expect(news).toHaveLength(3);
  });
});
