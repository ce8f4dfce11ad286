import type { Moves } from '../../rules/state-machine.js';

export const PAYMENT_STATES = [
  'created',
  'requested',
  'pending',
  'captured',
  'failed',
  'expired',
  'cancelled',
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** Forward only: money that came stays, and it may still come when nobody expects it any more. */
export const PAYMENT_MOVES: Moves<PaymentState> = {
  created: ['requested', 'failed', 'cancelled'],
  requested: ['pending', 'captured', 'failed', 'expired', 'cancelled'],
  pending: ['captured', 'failed', 'expired', 'cancelled'],
  failed: ['captured'],
  expired: ['captured'],
  cancelled: ['captured'],
  captured: [],
};

/** The customer is asked to pay it. */
export const isUnpaid = (state: PaymentState): boolean =>
  state === 'created' || state === 'requested' || state === 'pending';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FIRST_LOOKS_MS = [2, 5, 10, 20, 40].map((minutes) => minutes * MINUTE_MS);
/** Banks authorize late: up to three days after. */
const LAST_LOOK_AFTER_MS = 72 * HOUR_MS;

/** When a gateway is asked again about a request, whatever its webhooks did. Null: never again. */
export function nextLookUp(requestedAt: Date, expiresAt: Date, now: Date): Date | null {
  const ends = expiresAt.getTime() + LAST_LOOK_AFTER_MS;
  const isDue = (at: number): boolean => at > now.getTime();
  const first = FIRST_LOOKS_MS.map((after) => requestedAt.getTime() + after).find(isDue);
  const hourly = first ?? now.getTime() + HOUR_MS;
  // One at the end of the request, so that it does not stay open for an hour more.
  const next = isDue(expiresAt.getTime()) ? Math.min(hourly, expiresAt.getTime()) : hourly;
  return next > ends ? null : new Date(next);
}
