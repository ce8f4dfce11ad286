import type { GraphError } from '../../whatsapp/errors/graph-error.js';
import type { MessageState } from './message-state.js';

/**
 * How much a state knows of a message that goes out. What is reported comes in any order and more than once, so the
 * one that knows most stands: a phone that has the message knows more than a refusal, which may be about another
 * phone of the same person.
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
  // The other direction: nothing is reported of it.
  received: 8,
};

/** The states in the order of their ranks, for SQL, which finds the rank by the position. */
export const STATES_BY_RANK = (Object.keys(MESSAGE_RANK) as MessageState[]).sort(
  (a, b) => MESSAGE_RANK[a] - MESSAGE_RANK[b],
);

/** Meta has it, or had it, and has not taken that back. */
export function isUnderWay(state: MessageState): boolean {
  return state !== 'failed' && MESSAGE_RANK[state] >= MESSAGE_RANK.accepted;
}

export interface Pricing {
  category: string | null;
  type: string | null;
  billable: boolean | null;
}

/** A message by its own id, or as the attempt at a campaign's recipient that it is. */
export type MessageKey = { messageId: string } | { recipientId: string; attempt: number };

export interface MessageReport {
  message: MessageKey;
  status: Exclude<MessageState, 'sending' | 'received'>;
  /** Null: it follows from something else, and nobody said when it happened. */
  at: Date | null;
  wamid: string | null;
  error: GraphError | null;
  pricing: Pricing | null;
}

/** Everything that is reported of one message at once. */
export interface MessageNews {
  message: MessageKey;
  status: MessageState;
  wamid: string | null;
  acceptedAt: Date | null;
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
  failedAt: Date | null;
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
  // Why it failed is worth more than why nobody knew, and the first reason more than its repetition.
  if (error !== null && (news.error === null || (knowsMore && news.failedAt === null))) news.error = error;
  if (knowsMore) news.status = status;
  news.wamid ??= wamid;
  news.pricing ??= pricing;
  // What Meta holds it has not yet accepted for sending.
  if (status === 'accepted') news.acceptedAt = earlier(news.acceptedAt, at);
  if (status === 'sent') news.sentAt = earlier(news.sentAt, at);
  if (status === 'delivered') news.deliveredAt = earlier(news.deliveredAt, at);
  if (status === 'read') news.readAt = earlier(news.readAt, at);
  if (status === 'failed') news.failedAt = earlier(news.failedAt, at);
}

/** The first time stands, whichever was heard of first. */
export function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return b < a ? b : a;
}

function keyOf(message: MessageKey): string {
  return 'messageId' in message ? message.messageId : `${message.recipientId}:${message.attempt}`;
}
