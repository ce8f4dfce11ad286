import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { formatMoney, parseMoney } from '../../rules/money/money.js';
import { OrderNotices } from '../notices/order-notices.service.js';
import { isOver } from '../order/order-status.js';
import type { OpenOrder } from './open-order.js';
import { isPaidUp, keepUntil, OrderMoves } from './order-moves.service.js';
import { OrderStock } from './order-stock.service.js';
import { cancelRequested } from './payments.queries.js';

export interface Credit {
  paymentId: string;
  amount: string;
  method: string;
  attempt: number;
  reference: string | null;
}

/** Money that has come, whichever way: what it does to its order. */
@Injectable()
export class Credits {
  constructor(
    private readonly moves: OrderMoves,
    private readonly stock: OrderStock,
    private readonly notices: OrderNotices,
  ) {}

  /** The money, what follows from it, and one message for all of it. */
  async credit(tx: EntityManager, open: OpenOrder, payment: Credit): Promise<void> {
    const { order, settings } = open;
    const { paymentId, amount, method, attempt, reference } = payment;
    order.paidAmount = formatMoney(parseMoney(order.paidAmount) + parseMoney(amount));
    order.paymentMethod = method;
    open.note('payment', { to: amount, data: { method, reference, paymentId } });
    open.tell('paid', `payment:${attempt}`, { amount });
    const isPaid = isPaidUp(open);
    open.news.push({
      kind: 'payment.captured',
      data: { paymentId, amount, method, reference, paysUp: isPaid },
    });
    if (isPaid) await this.endRequests(tx, open);
    const kept = parseMoney(order.paidAmount) - parseMoney(order.refundedAmount);
    if (kept > parseMoney(order.total)) open.raise('overpaid');
    if (isOver(order.status) && kept > 0n) open.raise('refund_due');
    if (order.status !== 'pending') return;
    const confirms = isPaid && settings.confirmWhenPaid;
    if (settings.reservationMinutes === 0 && !confirms) return;
    // The money may come after the reservation has ended.
    const short = await this.stock.reserve(tx, open);
    keepUntil(open);
    if (short.length > 0) open.raise('paid_without_stock');
    else if (confirms) await this.moves.confirmByItself(tx, open);
  }

  /** Nobody is to pay twice. What comes over them all the same is counted. */
  private async endRequests(tx: EntityManager, { order, now }: OpenOrder): Promise<void> {
    const ended = await cancelRequested(tx, order.organizationId, order.id, now);
    await this.notices.withdrawRequests(tx, order, ended, 'paid');
  }
}
