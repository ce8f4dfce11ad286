import { centsOf, writeCents, type Amount } from '../../lib/money.ts';

const COUNTS = new Set(['requested', 'pending', 'unknown']);

/** The most that can go back: what was paid, less what has gone back or is under way. */
export function refundable(order: {
  paidAmount: Amount;
  refundedAmount: Amount;
  refunds: readonly { state: string; amount: Amount }[];
}): Amount {
  const underWay = order.refunds
    .filter(({ state }) => COUNTS.has(state))
    .reduce((sum, { amount }) => sum + centsOf(amount), 0n);
  const left = centsOf(order.paidAmount) - centsOf(order.refundedAmount) - underWay;
  return writeCents(left > 0n ? left : 0n);
}
