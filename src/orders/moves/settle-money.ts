import { parseMoney } from '../../rules/money/money.js';
import { owedOf } from '../order/order-due.js';
import { fulfillmentStatusOf, isOver } from '../order/order-status.js';
import type { OpenRefunds } from '../order/open-refunds.js';
import type { OpenOrder } from './open-order.js';

/** After refunds and moves: what the money means for the status and the flags. A flag goes with its cause. */
export function settleMoney(open: OpenOrder, { underWay, failed }: OpenRefunds): void {
  closeRefunded(open);
  const { order, lines } = open;
  const kept = parseMoney(order.paidAmount) - parseMoney(order.refundedAmount);
  if (kept <= owedOf(order, lines)) open.drop('overpaid');
  // Of a cancelled order all that nobody has asked back yet; of any order what failed to go back.
  const isDue = kept > underWay && (isOver(order.status) || failed > 0n);
  if (isDue) open.raise('refund_due');
  else open.drop('refund_due');
}

/** Ends the order when the last of its money has gone back. With something left to deliver it goes on. */
function closeRefunded(open: OpenOrder): void {
  const { order, lines } = open;
  const paid = parseMoney(order.paidAmount);
  if (paid === 0n || parseMoney(order.refundedAmount) < paid) return;
  // Everything was delivered and all the money has gone back: the order would wait for its payment for ever.
  const isDelivered = fulfillmentStatusOf(lines) === 'fulfilled';
  if (order.status === 'processing' && isDelivered) open.moveByItself('completed');
  if (order.status === 'completed' || order.status === 'cancelled') open.moveByItself('refunded');
}
