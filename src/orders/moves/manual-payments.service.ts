import { Injectable } from '@nestjs/common';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { assertDecimals } from '../../rules/money/currency.js';
import { formatMoney, parseMoney } from '../../rules/money/money.js';
import { invalidFields } from '../../platform/http/validation.js';
import { dueOf } from '../order/order-due.js';
import type { Actor } from '../order/order-row.js';
import { isOver } from '../order/order-status.js';
import type { OpenOrder } from './open-order.js';
import { Credits } from './credits.service.js';
import { OrderDesk } from './order-desk.service.js';
import * as queries from './payments.queries.js';

export const PAYMENT_METHODS = [
  'cash_on_delivery',
  'bank_transfer',
  'cash',
  'card',
  'upi',
  'razorpay',
  'payu',
  'whatsapp_pay',
  'other',
] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

export interface ReceivedPayment {
  amount: string | number;
  method: PaymentMethod;
  reference?: string | null;
  currency?: string;
  receivedAt?: Date;
  note?: string | null;
}

/** Money that came by hand: recorded as captured, as soon as somebody says so. */
@Injectable()
export class ManualPayments {
  constructor(
    private readonly desk: OrderDesk,
    private readonly credits: Credits,
  ) {}

  async record(organizationId: string, ref: string, by: Actor, received: ReceivedPayment): Promise<string> {
    return this.desk.work(organizationId, ref, by, async (tx, open) => {
      const { order, now } = open;
      const { method, reference = null } = received;
      // Before the rules: after the first time, the same amount is usually more than is due.
      if (reference !== null && (await queries.isRecorded(tx, organizationId, order.id, method, reference))) {
        const detail = `This order has a ${method} payment with the reference ${reference} already.`;
        throw new DomainError('conflict', 'payment_exists', detail);
      }
      const amount = this.accept(open, received);
      order.lastPaymentAttempt += 1;
      const payment: queries.RecordedPayment = {
        ...{ id: uuidV7(), orderId: order.id, method, attempt: order.lastPaymentAttempt },
        ...{ reference, amount: formatMoney(amount), currency: order.currency },
        ...{ receivedAt: received.receivedAt ?? now, note: received.note ?? null },
        ...{ keyId: by.keyId, userId: by.userId },
      };
      await queries.insertRecorded(tx, organizationId, payment, now);
      await this.credits.credit(tx, open, { ...payment, paymentId: payment.id });
    });
  }

  /** What may be recorded, in hundredths. A surplus by hand is a typing error. */
  private accept(
    { order, lines, now }: OpenOrder,
    { amount: said, currency, receivedAt }: ReceivedPayment,
  ): bigint {
    const amount = readAmount(said, order.currency);
    if (receivedAt !== undefined && receivedAt > now) {
      throw invalidFields([{ field: 'receivedAt', message: 'must not be in the future' }]);
    }
    if (isOver(order.status)) {
      const detail = `This order is ${order.status} and takes no payments.`;
      throw new DomainError('conflict', 'illegal_move', detail);
    }
    if (currency !== undefined && currency !== order.currency) {
      const detail = `This order is in ${order.currency}. Nothing is converted.`;
      throw new DomainError('rule', 'currency_differs', detail);
    }
    const due = dueOf(order, lines);
    if (amount > due) {
      const detail = `Only ${formatMoney(due > 0n ? due : 0n)} ${order.currency} are due.`;
      throw new DomainError('rule', 'exceeds_total', detail);
    }
    return amount;
  }
}

/** More than 0, with no more decimals than the currency has. */
export function readAmount(said: string | number, currency: string): bigint {
  const bad = (message: string) => invalidFields([{ field: 'amount', message }]);
  let amount: bigint;
  try {
    amount = parseMoney(said);
    assertDecimals(amount, currency);
  } catch (error) {
    throw error instanceof DomainError ? bad(error.message) : error;
  }
  if (amount === 0n) throw bad('must be more than 0');
  return amount;
}
