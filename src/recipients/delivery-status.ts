import type { RecipientState } from './recipient-state.js';

/**
 * What we hear of a message: in Meta's answer (accepted, held), by status webhook (sent, failed, delivered, read;
 * played is a voice message that was heard), or because the person replied.
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
] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/**
 * Which attempt a status speaks of. Failures of an attempt that is over are no news: it failed, therefore there
 * is another one, which a repeated webhook must not stop.
 * - `latest`: the one that is out, or was the last one out;
 * - `refused`: an earlier one, of which Meta has said that it did not go;
 * - `unconfirmed`: one that we gave up without an answer, so that even a mere `sent` settles it.
 */
export type Attempt = 'latest' | 'refused' | 'unconfirmed';

/**
 * How much a state knows of the latest attempt. Statuses come in any order, twice or not at all, so the one that
 * knows most stands. A refusal knows more than `sent`, which only says that Meta tried; a phone that has the
 * message knows more than a refusal, which may be about another phone of the same person.
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
  // Nothing was sent, so there is nothing to hear.
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
};

/**
 * The state after a status: never one that knows less. Whether a failure becomes `retry` or `opted_out` is
 * for the error catalogue to say; both rank with it.
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
