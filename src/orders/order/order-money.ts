import { type Cents, formatMoney, MAX_TOTAL, multiplyMoney, sumMoney } from '../../rules/money/money.js';

/** A tax rate in hundredths of a percent: 18.5 % is 1850. */
export type Rate = bigint;

const WHOLE: Rate = 10_000n;

export interface Taxes {
  rate: Rate;
  /** Whether prices contain it, as in India's MRP. */
  included: boolean;
  /** What can be paid at least, in hundredths: 100 where the currency has no decimals. */
  unit?: Cents;
}

export const readRate = (percent: string): Rate => {
  const [units = '0', decimals = ''] = percent.split('.');
  return BigInt(units) * 100n + BigInt(decimals.padEnd(2, '0').slice(0, 2));
};

/** Half a hundredth is rounded up. Neither is negative. */
export const divideHalfUp = (dividend: bigint, divisor: bigint): bigint =>
  (2n * dividend + divisor) / (2n * divisor);

export const lineTotal = (unitPrice: Cents, quantity: number): Cents => multiplyMoney(unitPrice, quantity);

/** The tax on a line: what comes on top of its price, which must be payable, or what its price contains. */
export function lineTax(total: Cents, { rate, included, unit = 1n }: Taxes): Cents {
  if (included) return total - divideHalfUp(total * WHOLE, WHOLE + rate);
  return divideHalfUp(total * rate, WHOLE * unit) * unit;
}

export interface OrderSums {
  subtotal: Cents;
  tax: Cents;
  discount: Cents;
  shippingFee: Cents;
  total: Cents;
}

/** Sums of rounded lines. Null: more than the columns and a JSON number hold. */
export function orderSums(
  lines: readonly { total: Cents; tax: Cents }[],
  { included }: Pick<Taxes, 'included'>,
  {
    discount = 0n,
    shippingFee = 0n,
    tax: fixedTax,
  }: { discount?: Cents; shippingFee?: Cents; tax?: Cents } = {},
): OrderSums | null {
  const subtotal = sumMoney(lines.map(({ total }) => total));
  const tax = fixedTax ?? sumMoney(lines.map(({ tax }) => tax));
  const total = subtotal + shippingFee - discount + (included ? 0n : tax);
  const isTooLarge = [subtotal, tax, shippingFee, total].some((amount) => amount > MAX_TOTAL);
  return isTooLarge ? null : { subtotal, tax, discount, shippingFee, total };
}

/** What is still to be paid; negative when too much was. */
export const balanceOf = (total: Cents, paid: Cents, refunded: Cents): Cents => total - paid + refunded;

export const shownSums = ({ subtotal, tax, discount, shippingFee, total }: OrderSums) => ({
  subtotal: formatMoney(subtotal),
  tax: formatMoney(tax),
  discount: formatMoney(discount),
  shippingFee: formatMoney(shippingFee),
  total: formatMoney(total),
});
