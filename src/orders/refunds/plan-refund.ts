import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { type Cents, formatMoney, sumMoney } from '../../rules/money/money.js';
import { shareOf, split } from '../order/line-share.js';

export interface RefundableLine {
  id: string;
  sku: string;
  quantity: number;
  fulfilled: number;
  cancelled: number;
  returned: number;
  value: Cents;
  /** What refunds of its units have given back, are about to, or failed to and were not asked for again. */
  givenBack: Cents;
}

export interface RefundablePayment {
  id: string;
  /** What is left of it that no refund has given back or is about to. */
  left: Cents;
}

/** An order as far as it decides what may go back. */
export interface Refundable {
  currency: string;
  /** The smallest amount that can be paid. */
  unit: Cents;
  lines: readonly RefundableLine[];
  shippingLeft: Cents;
  /** The newest first. */
  payments: readonly RefundablePayment[];
}

export interface AskedItem {
  itemId: string;
  quantity: number;
  restock: boolean;
}

export interface AskedMoney {
  amount: Cents | null;
  items: readonly AskedItem[];
  shipping: boolean;
  /** Only from this one. */
  paymentId: string | null;
}

export interface PlannedItem {
  itemId: string;
  /** 0 in every row but the first of those that share the money of an item, and in those that repeat a failed one. */
  quantity: number;
  amount: Cents;
}

/** One row, from one payment. */
export interface PlannedRefund {
  paymentId: string;
  amount: Cents;
  /** As much of it as is the shipping fee. */
  shipping: Cents;
  items: PlannedItem[];
}

export interface GivenUnits {
  itemId: string;
  /** Units that will not be delivered any more. */
  cancelled: number;
  /** Units that came back. */
  returned: number;
  restock: boolean;
}

export interface RefundPlan {
  refunds: PlannedRefund[];
  units: GivenUnits[];
}

interface Part {
  item: AskedItem | null;
  kind: 'item' | 'shipping' | 'other';
  amount: Cents;
}

/** Which money goes back from which payments, and what becomes of the units. All of it is right, or it is refused. */
export function planRefund(of: Refundable, asked: AskedMoney): RefundPlan {
  const units = asked.items.map((item) => unitsOf(of, item));
  const payments = of.payments.filter(({ id }) => asked.paymentId === null || id === asked.paymentId);
  const left = sumMoney(payments.map((payment) => payment.left));
  const parts = asked.items.map((item): Part => ({ item, kind: 'item', amount: worthOf(of, item) }));
  if (asked.shipping) parts.push({ item: null, kind: 'shipping', amount: of.shippingLeft });
  const worth = sumMoney(parts.map(({ amount }) => amount));
  const money = asked.amount ?? (worth < left ? worth : left);
  // Nothing is left of the money, but something was asked for.
  if (money > left || (money === 0n && worth > 0n)) throw exceedsPaid(left, of.currency);
  const paid = money < worth ? scaled(parts, money, of.unit) : parts;
  if (money > worth) paid.push({ item: null, kind: 'other', amount: money - worth });
  return { refunds: spread(paid, takeFrom(payments, money)), units };
}

/** A refund that has failed. */
export interface FailedRefund {
  paymentId: string;
  amount: Cents;
  shipping: Cents;
  items: readonly PlannedItem[];
}

/**
 * The same money for the same items, whose units were given up the first time, from the same payment unless another one is
 * named. Null: it was all shipping, which has gone back otherwise.
 */
export function repeatRefund(
  of: Refundable,
  { paymentId, amount, shipping, items }: FailedRefund,
  named: string | null,
): PlannedRefund | null {
  const ships = shipping < of.shippingLeft ? shipping : of.shippingLeft;
  const money = amount - shipping + ships;
  if (money === 0n) return null;
  const payment = of.payments.find(({ id }) => id === (named ?? paymentId));
  const left = payment?.left ?? 0n;
  if (payment === undefined || money > left) throw exceedsPaid(left, of.currency);
  return {
    paymentId: payment.id,
    amount: money,
    shipping: ships,
    items: items.map((item) => ({ ...item, quantity: 0 })),
  };
}

function exceedsPaid(left: Cents, currency: string): DomainError {
  const detail =
    left === 0n
      ? 'Nothing is left of the money that was paid: all of it has gone back, is on its way, or never came.'
      : `Only ${formatMoney(left)} ${currency} of what was paid are left to give back.`;
  return new DomainError('rule', 'exceeds_paid', detail);
}

function lineOf({ lines }: Refundable, itemId: string): RefundableLine {
  const line = lines.find(({ id }) => id === itemId);
  if (line === undefined) throw notFound('item', itemId);
  return line;
}

/** Units that were not delivered go first: what is still in the house costs nobody a way back. */
function unitsOf(of: Refundable, { itemId, quantity, restock }: AskedItem): GivenUnits {
  const { sku, ...line } = lineOf(of, itemId);
  if (quantity < 1) {
    throw new DomainError('rule', 'bad_quantity', `A quantity must be at least 1, not ${quantity}.`);
  }
  const undelivered = line.quantity - line.fulfilled - line.cancelled;
  const delivered = line.fulfilled - line.returned;
  if (quantity > undelivered + delivered) {
    const detail = `Only ${undelivered + delivered} of ${sku} are left to refund, not ${quantity}.`;
    throw new DomainError('rule', 'exceeds_quantity', detail);
  }
  const cancelled = Math.min(quantity, undelivered);
  return { itemId, cancelled, returned: quantity - cancelled, restock };
}

function worthOf(of: Refundable, { itemId, quantity }: AskedItem): Cents {
  const { cancelled, returned, givenBack, ...line } = lineOf(of, itemId);
  return shareOf({ ...line, units: cancelled + returned, amount: givenBack }, quantity, of.unit);
}

/** Less money than the parts are worth: each gets its share of it. */
function scaled(parts: readonly Part[], money: Cents, unit: Cents): Part[] {
  const isWhole = [money, ...parts.map(({ amount }) => amount)].every((amount) => amount % unit === 0n);
  const shares = split(
    money,
    parts.map(({ amount }) => amount),
    isWhole ? unit : 1n,
  );
  return parts.map((part, place) => ({ ...part, amount: shares[place] ?? 0n }));
}

function takeFrom(payments: readonly RefundablePayment[], money: Cents): PlannedRefund[] {
  const refunds: PlannedRefund[] = [];
  let open = money;
  for (const { id, left } of payments) {
    const amount = left < open ? left : open;
    if (amount > 0n) refunds.push({ paymentId: id, amount, shipping: 0n, items: [] });
    open -= amount;
  }
  return refunds;
}

/** Fills the rows with the parts, one after the other. The units of an item stand in the first row that pays for it. */
function spread(parts: readonly Part[], rows: PlannedRefund[]): PlannedRefund[] {
  let place = 0;
  let left = parts[0]?.amount ?? 0n;
  let isNew = true;
  for (const row of rows) {
    let room = row.amount;
    for (let part = parts[place]; part !== undefined; part = parts[place]) {
      const amount = left < room ? left : room;
      if (amount > 0n || part.amount === 0n) {
        if (part.item !== null) {
          row.items.push({ itemId: part.item.itemId, quantity: isNew ? part.item.quantity : 0, amount });
        }
        if (part.kind === 'shipping') row.shipping += amount;
        isNew = false;
      }
      left -= amount;
      room -= amount;
      if (left > 0n) break;
      place += 1;
      left = parts[place]?.amount ?? 0n;
      isNew = true;
    }
  }
  return rows;
}
