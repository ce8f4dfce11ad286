import type { GraphError } from '../../whatsapp/errors/graph-error.js';
import type { MessageState } from './message-state.js';

/**
 * How much a state knows about an outgoing message. Reports arrive in any order and repeatedly, so the state that
 * knows most stands: a phone that has the message outranks a refusal, which may concern another phone of the same
 * person.
 */
export const MESSAGE_RANK: Readonly<Record<MessageState, number>> = {
  sending: 0,
  unknown: 1,
  accepted: 2,
  held: 3,
  sent: 4,
  failed: 5,
  delivered: 6,
  read: 7,
  // The other direction: there are no reports about it.
  received: 8,
};

/** The states by rank, for SQL, which uses the position as the rank. */
export const STATES_BY_RANK = (Object.keys(MESSAGE_RANK) as MessageState[]).sort(
  (a, b) => MESSAGE_RANK[a] - MESSAGE_RANK[b],
);

/** Meta has accepted it and has not revoked that. */
export function isUnderWay(state: MessageState): boolean {
  return state !== 'failed' && MESSAGE_RANK[state] >= MESSAGE_RANK.accepted;
}

export interface Pricing {
  category: string | null;
  type: string | null;
  billable: boolean | null;
}

/** A message by its own id, or by the campaign recipient and attempt. */
export type MessageKey = { messageId: string } | { recipientId: string; attempt: number };

export interface MessageReport {
  message: MessageKey;
  status: Exclude<MessageState, 'sending' | 'received'>;
  /** Null: implied by another report, without a time of its own. */
  at: Date | null;
  wamid: string | null;
  error: GraphError | null;
  pricing: Pricing | null;
}

/** Everything reported about one message at once. */
export interface MessageNews {
  message: MessageKey;
  status: MessageState;
  wamid: string | null;
  acceptedAt: Date | null;
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
  failedAt: Date | null;
  heldAt: Date | null;
  doubtedAt: Date | null;
  error: GraphError | null;
  pricing: Pricing | null;
}

/** One entry a message, since a statement can change a row only once. */
export function foldReports(reports: readonly MessageReport[]): MessageNews[] {
  const news = new Map<string, MessageNews>();
  for (const report of reports) {
    const key = keyOf(report.message);
    const known = news.get(key);
    if (known === undefined) news.set(key, firstNews(report));
    else add(known, report);
  }
  return [...news.values()];
}

const NOTHING = {
  status: 'sending' as const,
  wamid: null,
  acceptedAt: null,
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  failedAt: null,
  heldAt: null,
  doubtedAt: null,
  error: null,
  pricing: null,
};

function firstNews(report: MessageReport): MessageNews {
  const news: MessageNews = { message: report.message, ...NOTHING };
  add(news, report);
  return news;
}

function add(news: MessageNews, { status, at, wamid, error, pricing }: MessageReport): void {
  const knowsMore = MESSAGE_RANK[status] > MESSAGE_RANK[news.status];
  // A failure outweighs doubt, and the first reason outweighs its repetition.
  if (error !== null && (news.error === null || (knowsMore && news.failedAt === null))) news.error = error;
  if (knowsMore) news.status = status;
  news.wamid ??= wamid;
  news.pricing ??= pricing;
  // Meta has not yet accepted a held message for sending.
  if (status === 'accepted') news.acceptedAt = earlier(news.acceptedAt, at);
  if (status === 'sent') news.sentAt = earlier(news.sentAt, at);
  if (status === 'delivered') news.deliveredAt = earlier(news.deliveredAt, at);
  if (status === 'read') news.readAt = earlier(news.readAt, at);
  if (status === 'failed') news.failedAt = earlier(news.failedAt, at);
  if (status === 'held') news.heldAt = earlier(news.heldAt, at);
  if (status === 'unknown') news.doubtedAt = earlier(news.doubtedAt, at);
}

/** The earliest time stands, in whichever order the reports arrive. */
export function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return b < a ? b : a;
}

function keyOf(message: MessageKey): string {
  return 'messageId' in message ? message.messageId : `${message.recipientId}:${message.attempt}`;
}
