import { type Cents, allocateMoney, parseMoney, sumMoney } from '../../rules/money/money.js';
import { unitOf } from '../../rules/money/currency.js';
import { divideHalfUp } from './order-money.js';
import type { LineRow, OrderRow } from './order-row.js';

type ValuedOrder = Pick<OrderRow, 'currency' | 'discount' | 'tax' | 'pricesIncludeTax'>;
type ValuedLine = Pick<LineRow, 'quantity' | 'totalPrice' | 'tax'>;

/**
 * What each line is worth: its total less its share of the discount, plus its tax where that comes on top. Together they
 * are the total of the order without shipping.
 */
export function lineValues(order: ValuedOrder, lines: readonly ValuedLine[]): Cents[] {
  const totals = lines.map(({ totalPrice }) => parseMoney(totalPrice));
  const taxes = lines.map(({ tax }) => parseMoney(tax));
  const [discount, tax] = [parseMoney(order.discount), parseMoney(order.tax)];
  const unit = commonUnit(order.currency, [...totals, ...taxes, discount, tax]);
  const discounts = split(discount, totals, unit);
  if (order.pricesIncludeTax) return totals.map((total, place) => total - (discounts[place] ?? 0n));
  // A caller may have set the tax of the order: the lines then share it as they would have shared their own.
  const onTop = split(tax, sumMoney(taxes) > 0n ? taxes : totals, unit);
  return totals.map((total, place) => total - (discounts[place] ?? 0n) + (onTop[place] ?? 0n));
}

/** The smallest amount that can be paid, unless an old row holds amounts that cannot. */
export function commonUnit(currency: string, amounts: readonly Cents[]): Cents {
  const unit = unitOf(currency);
  return amounts.every((amount) => amount % unit === 0n) ? unit : 1n;
}

/** Shares in proportion, each payable. Without any weight all weigh the same. */
export function split(amount: Cents, weights: readonly bigint[], unit: Cents): Cents[] {
  if (weights.length === 0) return [];
  const even = weights.every((weight) => weight === 0n) ? weights.map(() => 1n) : weights;
  return allocateMoney(amount / unit, even).map((share) => share * unit);
}

export interface GivenBack {
  quantity: number;
  value: Cents;
  /** Units that came back or were cancelled before, and the money for them that has gone back or is on its way. */
  units: number;
  amount: Cents;
}

/**
 * What `more` units of a line are worth. The value of all units given back so far is rounded, not that of each: the
 * shares of any split add up to the line, and the last unit takes what is left.
 */
export function shareOf(
  { quantity, value, units, amount }: GivenBack,
  more: number,
  unit: Cents = 1n,
): Cents {
  const all = BigInt(units + more);
  const due = divideHalfUp(value * all, BigInt(quantity) * unit) * unit;
  return due > amount ? due - amount : 0n;
}
