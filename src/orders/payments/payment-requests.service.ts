import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { type Cents, formatMoney } from '../../rules/money/money.js';
import { readAmount } from '../moves/manual-payments.service.js';
import type { OpenOrder } from '../moves/open-order.js';
import { OrderDesk } from '../moves/order-desk.service.js';
import { hasPending } from '../moves/payments.queries.js';
import { firstSender, sendersFor } from '../notices/notices.queries.js';
import { flagsAfter, needsReview } from '../order/order-flags.js';
import { dueOf } from '../order/order-due.js';
import type { Actor } from '../order/order-row.js';
import { isOver } from '../order/order-status.js';
import type { PaymentAccount, Provider } from '../payment-accounts/payment-account.js';
import { PaymentAccounts } from '../payment-accounts/payment-accounts.service.js';
import { paymentReference } from './payment-reference.js';
import { nextLookUp } from './payment-state.js';
import * as queries from './payment-rows.queries.js';
import { RequestMessages } from './request-messages.service.js';
import { unsupported } from './unsupported.js';

export interface AskedRequest {
  accountId?: string;
  amount?: string | number;
  expiresInMinutes?: number;
  replace?: boolean;
}

const MINUTE_MS = 60_000;
/** What each way to pay takes at least, and a minute for the message to go out. */
const SHORTEST_MINUTES: Readonly<Record<Provider, number>> = { whatsapp: 6, razorpay: 16, payu: 5, upi: 5 };
const METHODS: Readonly<Record<Provider, string>> = {
  whatsapp: 'whatsapp_pay',
  razorpay: 'razorpay',
  payu: 'payu',
  upi: 'upi',
};

/** Asks a customer for money. The gateway is called later: nothing here leaves the database. */
@Injectable()
export class PaymentRequests {
  constructor(
    private readonly desk: OrderDesk,
    private readonly accounts: PaymentAccounts,
    private readonly messages: RequestMessages,
  ) {}

  async request(organizationId: string, ref: string, by: Actor, asked: AskedRequest): Promise<string> {
    return this.desk.work(organizationId, ref, by, (tx, open) => this.requestOf(tx, open, asked));
  }

  /** The same for an order that is locked. A refusal leaves it half changed: its transaction has to be undone. */
  async requestOf(tx: EntityManager, open: OpenOrder, asked: AskedRequest = {}): Promise<void> {
    const amount = amountOf(open, asked.amount);
    const account = await this.accountFor(tx, open, asked.accountId);
    await this.endFormer(tx, open, asked.replace ?? false);
    await this.open(tx, open, account, amount, asked.expiresInMinutes);
  }

  private async accountFor(
    tx: EntityManager,
    open: OpenOrder,
    id: string | undefined,
  ): Promise<PaymentAccount> {
    const { organizationId } = open.order;
    const account = await this.accounts.held(tx, organizationId, id);
    if (account === undefined) {
      throw unsupported('No payment account is the default one. Create one, or name one by accountId.');
    }
    assertSupports(account, open);
    return account;
  }

  private async endFormer(tx: EntityManager, open: OpenOrder, replaces: boolean): Promise<void> {
    const { order, now } = open;
    const { organizationId } = order;
    const former = await queries.openRequest(tx, organizationId, order.id);
    if (former !== undefined && !replaces) {
      const detail = `This order has an open payment request, ${former.reference}. Replace it, or wait for its end.`;
      throw new DomainError('conflict', 'request_open', detail);
    }
    if (await hasPending(tx, organizationId, order.id)) {
      const detail = 'The customer is paying right now. Wait until the payment has succeeded or failed.';
      throw new DomainError('conflict', 'payment_pending', detail);
    }
    if (former === undefined) return;
    await queries.cancelRequest(tx, organizationId, former.id, now);
    await this.messages.withdraw(tx, open, former.attempt, 'replaced');
  }

  private async open(
    tx: EntityManager,
    open: OpenOrder,
    account: PaymentAccount,
    amount: Cents,
    minutes: number | undefined,
  ): Promise<void> {
    const { order, now, by, settings } = open;
    const { provider } = account;
    order.lastPaymentAttempt += 1;
    const attempt = order.lastPaymentAttempt;
    const lasts = Math.max(minutes ?? settings.paymentExpiresMinutes, SHORTEST_MINUTES[provider]);
    const expiresAt = new Date(now.getTime() + lasts * MINUTE_MS);
    const reference = paymentReference(order.orderNumber, attempt, order.id);
    const hasLink = provider === 'razorpay' || provider === 'payu';
    const [reminder] = settings.paymentReminders;
    // Its payments are looked up at this number, whichever is the default one by then.
    const wanted = [account.senderId, order.senderId];
    const ids = wanted.flatMap((id) => id ?? []);
    const senderId = firstSender(await sendersFor(tx, order.organizationId, ids), ...wanted);
    const payment: queries.NewPayment = {
      ...{ id: uuidV7(), organizationId: order.organizationId, orderId: order.id, accountId: account.id },
      ...{
        senderId,
        provider,
        method: METHODS[provider],
        attempt,
        reference,
      },
      ...{ state: hasLink ? 'created' : 'requested', amount: formatMoney(amount), currency: order.currency },
      ...{ url: null, expiresAt, requestedAt: now, messageId: null, keyId: by.keyId, userId: by.userId },
      nextLookupAt: hasLink ? now : provider === 'upi' ? expiresAt : nextLookUp(now, expiresAt, now),
      nextReminderAt:
        reminder === undefined ? null : new Date(now.getTime() + reminder.afterMinutes * MINUTE_MS),
    };
    if (!hasLink) await this.messages.askAtOnce(tx, open, account, payment);
    await queries.insertPayment(tx, payment, now);
    open.note('payment_request', {
      to: payment.amount,
      data: { method: payment.method, reference, paymentId: payment.id },
    });
    prolong(open, expiresAt);
  }
}

function amountOf({ order, lines }: OpenOrder, said: string | number | undefined): Cents {
  if (isOver(order.status)) {
    const detail = `This order is ${order.status} and takes no payments.`;
    throw new DomainError('conflict', 'illegal_move', detail);
  }
  if (needsReview(flagsAfter(order.flags, lines))) {
    const detail = `This order needs a look first: ${order.flags.join(', ')}. Settle them before you ask for money.`;
    throw new DomainError('rule', 'needs_review', detail);
  }
  const due = dueOf(order, lines);
  if (due <= 0n) throw new DomainError('rule', 'nothing_due', 'Nothing of this order is still to be paid.');
  const amount = said === undefined ? due : readAmount(said, order.currency);
  if (amount > due) {
    const detail = `Only ${formatMoney(due)} ${order.currency} are due.`;
    throw new DomainError('rule', 'exceeds_total', detail);
  }
  return amount;
}

function assertSupports({ provider }: PaymentAccount, { order }: OpenOrder): void {
  if (provider !== 'razorpay' && order.currency !== 'INR') {
    throw unsupported(`A ${provider} account takes INR only, and this order is in ${order.currency}.`);
  }
  if (provider === 'whatsapp' && order.phoneNumber?.startsWith('+91') !== true) {
    throw unsupported('Payments inside WhatsApp need a customer with an Indian number (+91).');
  }
}

/** A customer who has been asked to pay finds the goods still there. */
function prolong({ order, lines }: OpenOrder, expiresAt: Date): void {
  const holds = lines.some(({ reservedQuantity }) => reservedQuantity > 0);
  const { reservedUntil } = order;
  if (order.status !== 'pending' || !holds || reservedUntil === null) return;
  if (reservedUntil < expiresAt) order.reservedUntil = expiresAt;
}
