import { type Cents, sumMoney } from '../../rules/money/money.js';
import { canMove } from '../../rules/state-machine.js';
import type { GatewayError, GatewayTransaction, LookUpAnswer } from '../gateways/payment-gateway.js';
import { PAYMENT_MOVES, type PaymentState } from './payment-state.js';

export interface AskedPayment {
  state: PaymentState;
  amount: Cents;
  currency: string;
  captured: Cents;
  expiresAt: Date | null;
  /** No look-up follows this one. */
  isLast: boolean;
}

/** What came differs from what was asked. */
export interface Mismatch {
  amount: Cents;
  currency: string;
}

export interface Verdict {
  state: PaymentState;
  /** Of the order's currency, in all. Never less than before. */
  captured: Cents;
  transactionId: string | null;
  mismatch: Mismatch | null;
  error: GatewayError | null;
}

/** A failed payment stays failed, because another request may be open by now. Until it ends, nothing replaces it. */
export const TRYING_AGAIN: GatewayError = {
  code: 'trying_again',
  message: 'The payment failed, and the customer is trying again.',
};

type Found = Pick<Extract<LookUpAnswer, { outcome: 'found' }>, 'request' | 'payments'>;

/**
 * What a look-up makes of a payment. Money that moved is counted as it is, and never counted back. Another amount counts
 * and is a mismatch; another currency cannot be added to anything, and is one too.
 */
export function judgeLookUp(asked: AskedPayment, found: Found | null, now: Date): Verdict {
  const paid = (found?.payments ?? []).filter(({ state }) => state === 'captured');
  if (paid.length > 0 || asked.state === 'captured') return captured(asked, paid);
  const [failure] = (found?.payments ?? []).filter(({ state }) => state === 'failed').slice(-1);
  // What a gateway never ends is over with the last look.
  const pending = asked.isLast ? undefined : found?.payments.find(({ state }) => state === 'pending');
  const isOver = asked.isLast || (asked.expiresAt !== null && asked.expiresAt <= now);
  let wanted: PaymentState = asked.state;
  if (pending !== undefined) wanted = 'pending';
  else if (found?.request === 'cancelled') wanted = 'cancelled';
  else if (failure !== undefined) wanted = 'failed';
  else if (found?.request === 'expired' || isOver) wanted = 'expired';
  const state = canMove(PAYMENT_MOVES, asked.state, wanted) ? wanted : asked.state;
  return {
    state,
    captured: asked.captured,
    transactionId: pending?.transactionId ?? null,
    mismatch: null,
    error: state !== 'failed' ? null : pending === undefined ? (failure?.error ?? null) : TRYING_AGAIN,
  };
}

function captured(asked: AskedPayment, paid: readonly GatewayTransaction[]): Verdict {
  const own = paid.filter(({ currency }) => currency === asked.currency);
  const sum = sumMoney(own.map(({ amount }) => amount));
  const wrong = paid.find(({ amount, currency }) => currency !== asked.currency || amount !== asked.amount);
  return {
    state: 'captured',
    captured: sum > asked.captured ? sum : asked.captured,
    transactionId: (own[0] ?? paid[0])?.transactionId ?? null,
    mismatch: wrong === undefined ? null : { amount: wrong.amount, currency: wrong.currency },
    error: null,
  };
}
