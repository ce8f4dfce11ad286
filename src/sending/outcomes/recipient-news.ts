import type { OwnKind } from '../../events/event-kinds.js';
import type { RecipientProgress } from './recipient-progress.js';

export interface RecipientNews {
  kind: OwnKind;
  at: Date;
}

type Known = Pick<RecipientProgress, 'status' | 'deliveredAt' | 'readAt' | 'respondedAt' | 'failedAt'>;

/**
 * What a change of a recipient tells, in the order in which it happens to a message. A time that is set for the first
 * time is news, so a repeated or a corrected report tells nothing twice.
 */
export function recipientNews(before: Known, after: Known): RecipientNews[] {
  const news: RecipientNews[] = [];
  const add = (kind: OwnKind, was: Date | null, at: Date | null): void => {
    if (was === null && at !== null) news.push({ kind, at });
  };
  add('campaign.message_delivered', before.deliveredAt, after.deliveredAt);
  add('campaign.message_read', before.readAt, after.readAt);
  add('campaign.message_replied', before.respondedAt, after.respondedAt);
  if (before.status !== 'failed' && after.status === 'failed' && after.failedAt !== null) {
    news.push({ kind: 'campaign.message_failed', at: after.failedAt });
  }
  return news;
}
