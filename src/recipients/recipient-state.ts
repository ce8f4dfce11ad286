import type { Moves } from '../rules/state-machine.js';

export const RECIPIENT_STATES = [
  'pending',
  'queued',
  'sending',
  'held',
  'retry',
  'sent',
  'delivered',
  'read',
  'responded',
  'failed',
  'skipped',
  'opted_out',
] as const;
export type RecipientState = (typeof RECIPIENT_STATES)[number];

// Statuses from a phone may arrive before, after or without anything else we know about the message.
const ARRIVED = ['delivered', 'read', 'responded'] as const;
const SENT_OR_ARRIVED = ['sent', ...ARRIVED] as const;
const NOT_ALLOWED = ['skipped', 'opted_out'] as const;

export const RECIPIENT_MOVES: Moves<RecipientState> = {
  // New or requeued: an attempt that was given up may still turn out to have arrived.
  pending: ['queued', 'failed', ...NOT_ALLOWED, ...SENT_OR_ARRIVED],
  queued: ['pending', 'sending', 'failed', ...NOT_ALLOWED, ...SENT_OR_ARRIVED],
  retry: ['pending', 'queued', 'failed', ...NOT_ALLOWED, ...ARRIVED],
  // Only the worker that claimed it returns it to pending, before it calls Meta. After a definite refusal it is retried
  // later. Without an answer, only a webhook or time moves it.
  sending: ['pending', 'held', 'retry', 'failed', 'opted_out', ...SENT_OR_ARRIVED],
  held: ['retry', 'failed', 'opted_out', ...SENT_OR_ARRIVED],
  sent: ['retry', 'failed', 'opted_out', ...ARRIVED],
  delivered: ['read', 'responded'],
  read: ['responded'],
  responded: [],
  // By hand, or by a webhook that knows better: one of several phones did get it, or Meta never refused it.
  failed: ['pending', 'retry', ...SENT_OR_ARRIVED],
  opted_out: [...ARRIVED],
  skipped: [],
};

export const COUNTERS = ['pending', 'sent', 'failed', 'skipped', 'opted_out'] as const;
export type Counter = (typeof COUNTERS)[number];

/** The counter of each state. The counters always add up to the total. */
export const COUNTER_OF: Readonly<Record<RecipientState, Counter>> = {
  pending: 'pending',
  queued: 'pending',
  sending: 'pending',
  held: 'pending',
  retry: 'pending',
  sent: 'sent',
  delivered: 'sent',
  read: 'sent',
  responded: 'sent',
  failed: 'failed',
  skipped: 'skipped',
  opted_out: 'opted_out',
};

/** Nothing is left to do: a campaign is completed when all its recipients are settled. */
export function isSettled(state: RecipientState): boolean {
  return COUNTER_OF[state] !== 'pending';
}

export const SETTLED_STATES = RECIPIENT_STATES.filter(isSettled);

const BETWEEN_ATTEMPTS: readonly RecipientState[] = ['pending', 'queued', 'retry'];

/** No message is in flight: the last attempt, if there was one, is over, however it ended. */
export function isBetweenAttempts(state: RecipientState): boolean {
  return BETWEEN_ATTEMPTS.includes(state);
}
