import { type Cents, formatMoney, parseMoney, sumMoney } from '../../rules/money/money.js';
import type { OpenOrder } from '../moves/open-order.js';
import { type OrderStatus, unitsLeft } from '../order/order-status.js';
import type { RefundState } from '../order/refund-state.js';

export interface BookedRefund {
  id: string;
  paymentId: string;
  amount: string;
  reason: string | null;
  items: readonly { itemId: string; quantity: number; amount: string }[];
}

/** A refund that comes to a new state. */
export interface Booking {
  refund: BookedRefund;
  from: RefundState | null;
  to: RefundState;
}

/**
 * Enters refunds into their order: the money, the history, the news, and one message for all that succeeded. What they
 * gave back changes only when they have succeeded.
 */
export function bookRefunds(open: OpenOrder, bookings: readonly Booking[]): void {
  const { order, lines } = open;
  const amounts: Cents[] = [];
  let lastId: string | null = null;
  for (const { refund, from, to } of bookings) {
    const { id, paymentId, amount, reason, items } = refund;
    const data = { refundId: id, paymentId, amount };
    const entry = open.note('refund', { from, to, reason, data: { ...data, items } });
    if (to === 'failed') {
      open.news.push({ kind: 'refund.failed', data: { ...data, reason } });
      open.raise('refund_due', { refundId: id });
    }
    if (to !== 'succeeded') continue;
    for (const item of items) {
      const line = lines.find((one) => one.id === item.itemId);
      if (line !== undefined) line.refundedAmount = plus(line.refundedAmount, item.amount);
    }
    order.refundedAmount = plus(order.refundedAmount, amount);
    open.news.push({ kind: 'refund.succeeded', data: { ...data, reason } });
    amounts.push(parseMoney(amount));
    lastId = entry.id;
  }
  if (lastId !== null) open.tell('refunded', lastId, { amount: formatMoney(sumMoney(amounts)) });
}

const plus = (a: string, b: string): string => formatMoney(parseMoney(a) + parseMoney(b));

const OPEN: readonly OrderStatus[] = ['pending', 'confirmed', 'processing'];

/** Whether nothing of the order will ever leave the house, because of all that was cancelled. */
export function isEmptied({ order, lines }: OpenOrder): boolean {
  return (
    OPEN.includes(order.status) &&
    lines.some(({ cancelledQuantity }) => cancelledQuantity > 0) &&
    lines.every((line) => unitsLeft(line) === 0 && line.fulfilledQuantity === 0)
  );
}
