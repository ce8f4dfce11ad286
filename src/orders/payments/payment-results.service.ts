import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { formatMoney, parseMoney } from '../../rules/money/money.js';
import type { GatewayError, LinkAnswer, LookUpAnswer } from '../gateways/payment-gateway.js';
import { Credits } from '../moves/credits.service.js';
import type { OpenOrder } from '../moves/open-order.js';
import { OrderDesk } from '../moves/order-desk.service.js';
import { SYSTEM } from '../order/order-row.js';
import { PaymentAccounts } from '../payment-accounts/payment-accounts.service.js';
import { RefundLookUps } from '../refunds/refund-look-ups.service.js';
import { judgeLookUp, TRYING_AGAIN, type Verdict } from './judge-look-up.js';
import * as queries from './payment-rows.queries.js';
import { isUnpaid, nextLookUp } from './payment-state.js';
import { RequestMessages } from './request-messages.service.js';

/** A payment that this worker has claimed for a call to its gateway. */
export type ClaimedPayment = Pick<queries.PaymentRow, 'id' | 'organizationId' | 'orderId'> & {
  claimedUntil: Date;
};

/** Until a link is there, or the time to pay is over. */
const RETRY_LINK_MS = [5_000, 15_000, 60_000, 300_000] as const;

/**
 * What gateways answered, written down under the lock of the order: the state of the payment, the sums of the order, its
 * confirmation and the message to the customer are one transaction.
 */
@Injectable()
export class PaymentResults {
  constructor(
    private readonly desk: OrderDesk,
    private readonly credits: Credits,
    private readonly accounts: PaymentAccounts,
    private readonly messages: RequestMessages,
    private readonly refunds: RefundLookUps,
  ) {}

  /** The link goes to the customer, once. A request that was replaced meanwhile sends nothing. */
  async linkMade(claimed: ClaimedPayment, answer: LinkAnswer): Promise<void> {
    await this.work(claimed, async (tx, open, payment) => {
      if (payment.state !== 'created') return;
      if (answer.outcome === 'created') await this.sendLink(tx, open, payment, answer, claimed);
      else if (answer.outcome === 'refused' || payment.expiresAt <= open.now)
        await this.fail(tx, open, payment, answer.error, claimed);
      else {
        const pause = RETRY_LINK_MS[Math.min(payment.lookups, RETRY_LINK_MS.length) - 1] ?? RETRY_LINK_MS[0];
        const nextLookupAt = new Date(open.now.getTime() + pause);
        await this.write(tx, open, payment, claimed, { error: { ...answer.error }, nextLookupAt });
      }
    });
  }

  /** Returns the state after it. Undefined: the order or the payment is gone. */
  async heard(
    claimed: ClaimedPayment,
    found: Extract<LookUpAnswer, { outcome: 'found' }> | null,
  ): Promise<queries.PaymentRow['state'] | undefined> {
    let state: queries.PaymentRow['state'] | undefined;
    let inCurrency = '';
    await this.work(claimed, async (tx, open, payment) => {
      const { amount, currency, capturedAmount, expiresAt } = payment;
      const isLast = nextLookUp(payment.requestedAt, expiresAt, open.now) === null;
      const captured = parseMoney(capturedAmount);
      const asked = { amount: parseMoney(amount), currency, captured, expiresAt, isLast };
      const verdict = judgeLookUp({ ...asked, state: payment.state }, found, open.now);
      await this.apply(tx, open, payment, verdict, claimed);
      state = verdict.state;
      inCurrency = currency;
    });
    const { refunds = [] } = found ?? {};
    const about = { ...claimed, paymentId: claimed.id, currency: inCurrency };
    if (state !== undefined && refunds.length > 0) await this.refunds.hear(about, refunds);
    return state;
  }

  private async work(
    { organizationId, orderId, id }: ClaimedPayment,
    change: (tx: EntityManager, open: OpenOrder, payment: queries.PaymentRow) => Promise<void>,
  ): Promise<void> {
    await this.desk.work(organizationId, orderId, SYSTEM, async (tx, open) => {
      const payment = await queries.lockPayment(tx, organizationId, id);
      if (payment !== undefined) await change(tx, open, payment);
    });
  }

  private async apply(
    tx: EntityManager,
    open: OpenOrder,
    payment: queries.PaymentRow,
    verdict: Verdict,
    claimed: ClaimedPayment,
  ): Promise<void> {
    const { state, mismatch } = verdict;
    const added = verdict.captured - parseMoney(payment.capturedAmount);
    const isNew = state !== payment.state;
    await this.write(tx, open, payment, claimed, {
      state,
      capturedAmount: formatMoney(verdict.captured),
      transactionId: verdict.transactionId ?? payment.transactionId,
      error: mismatch === null ? errorOf(payment, verdict) : mismatchOf(mismatch),
      nextLookupAt:
        state === 'captured' ? null : nextLookUp(payment.requestedAt, payment.expiresAt, open.now),
    });
    if (isNew && !isUnpaid(state)) await this.messages.withdraw(tx, open, payment.attempt, state);
    if (isNew && state === 'failed') this.tellFailure(open, payment, verdict.error);
    if (mismatch !== null && (isNew || added > 0n)) {
      const came = { amount: formatMoney(mismatch.amount), currency: mismatch.currency };
      open.raise('payment_mismatch', { reference: payment.reference, ...came });
    }
    if (added <= 0n) return;
    const { id: paymentId, method, attempt, reference } = payment;
    await this.credits.credit(tx, open, {
      paymentId,
      amount: formatMoney(added),
      method,
      attempt,
      reference,
    });
  }

  private async sendLink(
    tx: EntityManager,
    open: OpenOrder,
    payment: queries.PaymentRow,
    { gatewayId, url }: Extract<LinkAnswer, { outcome: 'created' }>,
    claimed: ClaimedPayment,
  ): Promise<void> {
    const { organizationId, accountId, requestedAt, expiresAt } = payment;
    const account =
      accountId === null ? undefined : await this.accounts.chosen(tx, organizationId, accountId);
    const nextLookupAt = nextLookUp(requestedAt, expiresAt, open.now);
    const messageId = uuidV7();
    const asked = { ...payment, url };
    const reason =
      account === undefined ? 'no_sender' : await this.messages.ask(tx, open, account, asked, messageId);
    await this.write(tx, open, payment, claimed, {
      ...{ state: 'requested', gatewayId, url, error: null, nextLookupAt },
      ...(reason === undefined ? { messageId } : {}),
    });
  }

  private async fail(
    tx: EntityManager,
    open: OpenOrder,
    payment: queries.PaymentRow,
    error: GatewayError,
    claimed: ClaimedPayment,
  ): Promise<void> {
    await this.write(tx, open, payment, claimed, {
      state: 'failed',
      error: { ...error },
      nextLookupAt: null,
    });
    open.note('payment_request', {
      from: 'created',
      to: 'failed',
      data: { reference: payment.reference, paymentId: payment.id, error },
    });
  }

  /** What did not go through may go through at the next try, and then is captured. */
  private tellFailure(open: OpenOrder, payment: queries.PaymentRow, error: GatewayError | null): void {
    const { id: paymentId, amount, method, reference, attempt } = payment;
    open.note('payment_request', {
      from: payment.state,
      to: 'failed',
      data: { reference, paymentId, error },
    });
    open.tell('paymentFailed', `payment:${attempt}:failed`, { amount });
    open.news.push({ kind: 'payment.failed', data: { paymentId, amount, method, reference, error } });
  }

  private async write(
    tx: EntityManager,
    { now }: OpenOrder,
    payment: queries.PaymentRow,
    { claimedUntil }: ClaimedPayment,
    changes: Partial<queries.PaymentChanges>,
  ): Promise<void> {
    const { id, organizationId, state, capturedAmount, gatewayId, transactionId, url, error } = payment;
    const before = { id, organizationId, state, capturedAmount, gatewayId, transactionId, url, error };
    await queries.updatePayment(tx, { ...before, nextLookupAt: null, claimedUntil, ...changes }, now);
  }
}

function errorOf(payment: queries.PaymentRow, { state, error }: Verdict): queries.PaymentRow['error'] {
  if (error !== null) return { ...error };
  // The customer who was trying again does so no more.
  const isKept = state === payment.state && payment.error?.['code'] !== TRYING_AGAIN.code;
  return isKept ? payment.error : null;
}

function mismatchOf({ amount, currency }: { amount: bigint; currency: string }): Record<string, unknown> {
  const came = { amount: formatMoney(amount), currency };
  return {
    code: 'payment_mismatch',
    message: 'Another amount or currency came than was asked for.',
    ...came,
  };
}
