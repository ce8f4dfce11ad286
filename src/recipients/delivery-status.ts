import type { RecipientState } from './recipient-state.js';

/**
 * What is reported about a message: by Meta's response (accepted, held), by a status webhook (sent, failed, delivered,
 * read; played means that a voice message was heard), or because the person replied or opened a link of the message.
 */
export const DELIVERY_STATUSES = [
  'accepted',
  'held',
  'sent',
  'failed',
  'delivered',
  'read',
  'played',
  'replied',
  'clicked',
] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/**
 * The attempt that a status belongs to. A failure of an earlier attempt is not news: that attempt failed, which is why
 * there is another one, and a repeated webhook must not stop it.
 * - `latest`: the current attempt, or the last one;
 * - `refused`: an earlier attempt that Meta rejected;
 * - `unconfirmed`: an attempt given up without an answer, so even a mere `sent` settles it.
 */
export type Attempt = 'latest' | 'refused' | 'unconfirmed';

/**
 * How much a state knows about the latest attempt. Statuses arrive in any order, twice or not at all, so the one that
 * knows most wins. A refusal knows more than `sent`, which only says that Meta tried. A phone that has the message knows
 * more than a refusal, which may concern another phone of the same person.
 */
export const STATE_RANK: Readonly<Record<RecipientState, number>> = {
  pending: 0,
  queued: 0,
  sending: 1,
  held: 2,
  sent: 3,
  failed: 4,
  retry: 4,
  opted_out: 4,
  delivered: 5,
  read: 6,
  responded: 7,
  // Nothing was sent, so no status can arrive.
  skipped: 8,
};

export const STATE_OF_STATUS: Readonly<Record<DeliveryStatus, RecipientState>> = {
  accepted: 'sent',
  held: 'held',
  sent: 'sent',
  failed: 'failed',
  delivered: 'delivered',
  read: 'read',
  played: 'read',
  replied: 'responded',
  // A person who opens its link has read it, as one who replies.
  clicked: 'read',
};

/**
 * The state after a status: never one that knows less. The error catalogue decides whether a failure becomes `retry` or
 * `opted_out`; both have the same rank as `failed`.
 */
export function applyStatus(
  current: RecipientState,
  status: DeliveryStatus,
  attempt: Attempt = 'latest',
): RecipientState {
  const next = STATE_OF_STATUS[status];
  if (attempt === 'refused' && STATE_RANK[next] <= STATE_RANK.failed) return current;
  if (attempt === 'unconfirmed' && next === 'failed') return current;
  const given = attempt === 'unconfirmed' && current === 'failed' ? 'sending' : current;
  return STATE_RANK[next] > STATE_RANK[given] ? next : current;
}
