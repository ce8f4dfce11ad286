import { type Cents, parseMoney, sumMoney } from '../../rules/money/money.js';
import { isUnderWay, type RefundState } from './refund-state.js';

export interface TriedRefund {
  id: string;
  state: RefundState;
  amount: string;
  shipping: string;
  repeats: string | null;
  createdAt: Date;
  /** A refund that has failed does not change any more: then it did. */
  updatedAt: Date;
  items: readonly { amount: string }[];
}

/** Money of an order that refunds have not brought to its end. */
export interface OpenRefunds {
  underWay: Cents;
  /** What failed to go back and was not asked for again. */
  failed: Cents;
}

/**
 * The refunds of an order, oldest first. A failed one is asked for again by the refund that names it, or by an amount
 * that was asked for after it had failed and that is for no item and no shipping.
 */
export function openRefunds(refunds: readonly TriedRefund[]): OpenRefunds {
  const repeated = repeatedAmong(refunds);
  const underWay = refunds.flatMap(({ state, amount }) => (isUnderWay(state) ? [parseMoney(amount)] : []));
  const failed = refunds
    .filter(({ id, state }) => state === 'failed' && !repeated.has(id))
    .map((refund) => ({ at: refund.updatedAt, left: parseMoney(refund.amount) }));
  for (const refund of refunds) {
    let free = refund.state === 'failed' || refund.repeats !== null ? 0n : freeOf(refund);
    for (const one of failed) {
      if (one.at > refund.createdAt) continue;
      const covered = free < one.left ? free : one.left;
      one.left -= covered;
      free -= covered;
    }
  }
  return { underWay: sumMoney(underWay), failed: sumMoney(failed.map(({ left }) => left)) };
}

export const repeatedAmong = (refunds: readonly Pick<TriedRefund, 'repeats'>[]): Set<string> =>
  new Set(refunds.flatMap(({ repeats }) => repeats ?? []));

const freeOf = ({ amount, shipping, items }: TriedRefund): Cents =>
  parseMoney(amount) - parseMoney(shipping) - sumMoney(items.map((item) => parseMoney(item.amount)));
