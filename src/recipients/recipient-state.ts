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

// What a phone has told may arrive before, after or without anything else we know of the message.
const ARRIVED = ['delivered', 'read', 'responded'] as const;
const SENT_OR_ARRIVED = ['sent', ...ARRIVED] as const;
const NOT_ALLOWED = ['skipped', 'opted_out'] as const;

export const RECIPIENT_MOVES: Moves<RecipientState> = {
  // Not yet, or again: an attempt we had given up may still turn out to have arrived.
  pending: ['queued', 'failed', ...NOT_ALLOWED, ...SENT_OR_ARRIVED],
  queued: ['pending', 'sending', 'failed', ...NOT_ALLOWED, ...SENT_OR_ARRIVED],
  retry: ['pending', 'queued', 'failed', ...NOT_ALLOWED, ...ARRIVED],
  // Back to pending only by the worker that claimed it, before it called Meta. Refused for sure: again later.
  // Unanswered: nothing but a webhook, or time, moves it.
  sending: ['pending', 'held', 'retry', 'failed', 'opted_out', ...SENT_OR_ARRIVED],
  held: ['retry', 'failed', 'opted_out', ...SENT_OR_ARRIVED],
  sent: ['retry', 'failed', 'opted_out', ...ARRIVED],
  delivered: ['read', 'responded'],
  read: ['responded'],
  responded: [],
  // By hand, or by a webhook that knows better: a phone out of several did get it, or it was never refused.
  failed: ['pending', 'retry', ...SENT_OR_ARRIVED],
  opted_out: [...ARRIVED],
  skipped: [],
};

export const COUNTERS = ['pending', 'sent', 'failed', 'skipped', 'opted_out'] as const;
export type Counter = (typeof COUNTERS)[number];

/** Where a state is counted. Together the counters are the total at every instant. */
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

/** Nothing more is to be done: a campaign whose recipients are all settled is completed. */
export function isSettled(state: RecipientState): boolean {
  return COUNTER_OF[state] !== 'pending';
}

export const SETTLED_STATES = RECIPIENT_STATES.filter(isSettled);
