import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { formatMoney, parseMoney } from '../../rules/money/money.js';
import type { GatewayError } from '../gateways/payment-gateway.js';
import type { OpenOrder } from '../moves/open-order.js';
import { OrderDesk } from '../moves/order-desk.service.js';
import { OrderStock } from '../moves/order-stock.service.js';
import { readAmount } from '../order/asked-amount.js';
import type { Actor } from '../order/order-row.js';
import type { Booking } from './book-refunds.js';
import { repeatedAmong } from '../order/open-refunds.js';
import {
  type AskedItem,
  type PlannedRefund,
  planRefund,
  repeatRefund,
  type Refundable,
} from './plan-refund.js';
import { RefundBooks } from './refund-books.service.js';
import { commonUnit, lineValues } from '../order/line-share.js';
import type { RefundState } from '../order/refund-state.js';
import * as queries from './refunds.queries.js';

export interface AskedRefund {
  amount?: string | number;
  items?: readonly { itemId: string; quantity: number; restock?: boolean }[];
  shipping?: boolean;
  reason?: string | null;
  paymentId?: string;
  /** The failed refund whose money is asked for again. */
  repeats?: string;
}

/** Money that goes back to customers, and the units that it is for. */
@Injectable()
export class Refunds {
  constructor(
    private readonly desk: OrderDesk,
    private readonly stock: OrderStock,
    private readonly books: RefundBooks,
  ) {}

  /** `isDone`: the shop gives all of it back by hand. Otherwise gateways do, and their answers follow, or a person's. */
  async request(
    organizationId: string,
    ref: string,
    by: Actor,
    asked: AskedRefund,
  ): Promise<{ orderId: string; isDone: boolean }> {
    const items = itemsOf(asked);
    let isDone = true;
    const orderId = await this.desk.work(organizationId, ref, by, async (tx, open) => {
      const { order, now } = open;
      const { paymentId = null, shipping = false } = asked;
      if (paymentId !== null && !(await queries.isPaymentOf(tx, organizationId, order.id, paymentId))) {
        throw notFound('payment', paymentId);
      }
      const payments = await queries.capturedPayments(tx, organizationId, order);
      const amount = asked.amount === undefined ? null : readAmount('amount', asked.amount, order.currency);
      if (amount === 0n) throw invalidFields([{ field: 'amount', message: 'must be more than 0' }]);
      const refundable = await this.refundable(tx, open, payments);
      const failed = asked.repeats === undefined ? null : await failedRefund(tx, open, asked.repeats);
      const plan =
        failed === null
          ? planRefund(refundable, { amount, items, shipping, paymentId })
          : { refunds: [repetitionOf(refundable, failed, paymentId)], units: [] };
      const reason = asked.reason ?? failed?.reason ?? null;
      const units = plan.units.flatMap(({ itemId, ...given }) => {
        const line = open.lines.find(({ id }) => id === itemId);
        return line === undefined ? [] : [{ line, ...given }];
      });
      await this.stock.giveUp(tx, open, units);
      const rows = plan.refunds.map((refund) => rowOf(refund, payments));
      const restock = units.some((given) => given.restock && given.returned > 0);
      const repeats = failed?.id ?? null;
      const request = { orderId: order.id, repeats, reason, restock, keyId: by.keyId, userId: by.userId };
      await queries.insertRefunds(tx, organizationId, request, rows, now);
      if (rows.length === 0) open.note('refund', { reason, data: { items } });
      isDone = rows.every(({ state }) => state === 'succeeded');
      const bookings = rows.map((row): Booking => {
        return { refund: { ...row, reason }, from: null, to: row.state };
      });
      await this.books.enter(tx, open, bookings);
    });
    return { orderId, isDone };
  }

  /** A person has found out what became of a refund whose answer was lost, or that the gateway never finished. */
  async settle(
    organizationId: string,
    ref: string,
    by: Actor,
    { refundId, succeeded }: { refundId: string; succeeded: boolean },
  ): Promise<string> {
    return this.books.take(organizationId, ref, by, (refunds) => {
      const refund = refunds.find(({ id }) => id === refundId);
      if (refund === undefined) throw notFound('refund', refundId);
      const state = succeeded ? 'succeeded' : 'failed';
      if (refund.state === state) return [];
      if (refund.state !== 'unknown' && refund.state !== 'pending') {
        const detail = `This refund is ${refund.state}. Only one that is unknown or pending is settled by hand.`;
        throw new DomainError('conflict', 'illegal_move', detail);
      }
      const error = succeeded ? null : { code: 'settled', message: 'Settled by hand as failed.' };
      return [{ id: refundId, state, gatewayId: null, error }];
    });
  }

  private async refundable(
    tx: EntityManager,
    { order, lines }: OpenOrder,
    payments: readonly queries.CapturedPayment[],
  ): Promise<Refundable> {
    const given = await queries.givenBack(tx, order.organizationId, order.id);
    const values = lineValues(order, lines);
    return {
      currency: order.currency,
      unit: commonUnit(order.currency, values),
      lines: lines.map((line, place) => ({
        ...{ id: line.id, sku: line.productSku, quantity: line.quantity, fulfilled: line.fulfilledQuantity },
        ...{ cancelled: line.cancelledQuantity, returned: line.returnedQuantity, value: values[place] ?? 0n },
        givenBack: parseMoney(given.items.get(line.id) ?? '0'),
      })),
      shippingLeft: parseMoney(order.shippingFee) - parseMoney(given.shipping),
      payments: payments.map(({ id, left }) => ({ id, left: parseMoney(left) })),
    };
  }
}

async function failedRefund(
  tx: EntityManager,
  { order }: OpenOrder,
  id: string,
): Promise<queries.StoredRefund> {
  const refunds = await queries.refundsOf(tx, order.organizationId, order.id);
  const refund = refunds.find((one) => one.id === id);
  if (refund === undefined) throw notFound('refund', id);
  if (refund.state !== 'failed') {
    const detail = `This refund is ${refund.state}. Only one that has failed is repeated.`;
    throw new DomainError('conflict', 'illegal_move', detail);
  }
  if (repeatedAmong(refunds).has(id)) throw alreadyRepeated();
  return refund;
}

function repetitionOf(
  refundable: Refundable,
  { paymentId, amount, shipping, items }: queries.StoredRefund,
  named: string | null,
): PlannedRefund {
  const given = items.map((item) => ({ ...item, amount: parseMoney(item.amount) }));
  const failed = { paymentId, amount: parseMoney(amount), shipping: parseMoney(shipping), items: given };
  const plan = repeatRefund(refundable, failed, named);
  if (plan === null) throw alreadyRepeated();
  return plan;
}

const alreadyRepeated = (): DomainError =>
  new DomainError(
    'conflict',
    'refund_repeated',
    'The money of this refund has been asked for again already.',
  );

function itemsOf({ amount, items, shipping = false, repeats }: AskedRefund): AskedItem[] {
  if (repeats !== undefined) {
    if (amount === undefined && items === undefined && !shipping) return [];
    const message = 'stands alone: amount, items and shipping are those of the failed refund';
    throw invalidFields([{ field: 'repeats', message }]);
  }
  if (amount === undefined && items === undefined) {
    throw invalidFields([{ field: 'amount', message: 'or items must be given, or both, or repeats alone' }]);
  }
  const ids = (items ?? []).map(({ itemId }) => itemId);
  if (new Set(ids).size < ids.length) {
    throw invalidFields([{ field: 'items', message: 'must name each item once' }]);
  }
  return (items ?? []).map(({ restock = false, ...item }) => ({ ...item, restock }));
}

/** Methods that no gateway of ours gives money back for. The shop does, and records it. */
const BY_HAND: ReadonlySet<string> = new Set(['manual', 'upi']);

const ACCOUNT_GONE: GatewayError = {
  code: 'account_gone',
  message: 'The payment account is gone. Give the money back at the gateway, then settle this refund.',
};

function rowOf(
  { paymentId, amount, shipping, items }: PlannedRefund,
  payments: readonly queries.CapturedPayment[],
): queries.NewRefund {
  const payment = payments.find(({ id }) => id === paymentId);
  const isByHand = payment === undefined || BY_HAND.has(payment.provider);
  // Without its account nothing can be sent. The shop gives the money back at the gateway, and then settles the refund.
  const isStuck = !isByHand && payment.accountId === null;
  const state: RefundState = isByHand ? 'succeeded' : isStuck ? 'pending' : 'requested';
  return {
    ...{ id: uuidV7(), paymentId, state, amount: formatMoney(amount), shipping: formatMoney(shipping) },
    error: isStuck ? ACCOUNT_GONE : null,
    items: items.map((item) => ({ ...item, amount: formatMoney(item.amount) })),
  };
}
