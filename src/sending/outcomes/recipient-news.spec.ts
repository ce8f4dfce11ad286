import { describe, expect, it } from '@jest/globals';
import { recipientNews } from './recipient-news.js';

const NOTHING = { deliveredAt: null, readAt: null, respondedAt: null, failedAt: null };
const SENT = { ...NOTHING, status: 'sent' } as const;
const at = (second: number): Date => new Date(Date.UTC(2026, 2, 1, 12, 0, second));
const kinds = (...[before, after]: Parameters<typeof recipientNews>): string[] =>
  recipientNews(before, after).map(({ kind }) => kind);

describe('what a change of a recipient tells', () => {
  it('is nothing when nothing changes, or when only an earlier time becomes known', () => {
    expect(kinds(SENT, SENT)).toEqual([]);
    const delivered = { ...SENT, status: 'delivered', deliveredAt: at(5) } as const;
    expect(kinds(delivered, { ...delivered, deliveredAt: at(3) })).toEqual([]);
  });

  it('is each thing that happened, in its order, with its own time', () => {
    const after = {
      ...SENT,
      status: 'responded',
      deliveredAt: at(1),
      readAt: at(2),
      respondedAt: at(3),
    } as const;
    expect(recipientNews(SENT, after)).toEqual([
      { kind: 'campaign.message_delivered', at: at(1) },
      { kind: 'campaign.message_read', at: at(2) },
      { kind: 'campaign.message_replied', at: at(3) },
    ]);
  });

  it('is a failure once, and none while another attempt follows', () => {
    const failed = { ...SENT, status: 'failed', failedAt: at(1) } as const;
    expect(kinds(SENT, failed)).toEqual(['campaign.message_failed']);
    expect(kinds(failed, { ...failed, failedAt: at(2) })).toEqual([]);
    expect(kinds(SENT, { ...SENT, status: 'retry' })).toEqual([]);
  });
});
