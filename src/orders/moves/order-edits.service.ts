import { Injectable } from '@nestjs/common';
import { DomainError } from '../../rules/errors/domain-error.js';
import { formatMoney, MAX_TOTAL, parseMoney } from '../../rules/money/money.js';
import { readAmount } from '../order/asked-amount.js';
import type { Actor, Address } from '../order/order-row.js';
import type { OpenOrder } from './open-order.js';
import { OrderDesk } from './order-desk.service.js';

export interface OrderEdit {
  customerName?: string;
  customerEmail?: string | null;
  shippingAddress?: Address | null;
  billingAddress?: Address | null;
  customerNotes?: string | null;
  internalNotes?: string | null;
  estimatedDelivery?: Date | null;
  trackingNumber?: string | null;
  shippingFee?: string | number;
  discount?: string | number;
  tax?: string | number;
}

/** What callers change about an order besides its status. */
@Injectable()
export class OrderEdits {
  constructor(private readonly desk: OrderDesk) {}

  async edit(
    organizationId: string,
    ref: string,
    by: Actor,
    { shippingFee, discount, tax, ...plain }: OrderEdit,
  ): Promise<string> {
    return this.desk.work(organizationId, ref, by, (_, open) => {
      Object.assign(open.order, plain);
      const amounts = { shippingFee, discount, tax };
      if (Object.values(amounts).some((amount) => amount !== undefined)) changeAmounts(open, amounts);
      const fields = Object.entries({ ...plain, ...amounts }).flatMap(([field, value]) =>
        value === undefined ? [] : [field],
      );
      // The names alone: values of people do not belong into a history that is kept.
      if (fields.length > 0) open.note('changed', { data: { fields } });
      return Promise.resolve();
    });
  }
}

function changeAmounts(
  { order }: OpenOrder,
  asked: Record<'shippingFee' | 'discount' | 'tax', string | number | undefined>,
): void {
  if (parseMoney(order.paidAmount) > 0n || (order.status !== 'pending' && order.status !== 'confirmed')) {
    const detail = 'The amounts of an order change only while it is unpaid and pending or confirmed.';
    throw new DomainError('conflict', 'amounts_fixed', detail);
  }
  const subtotal = parseMoney(order.subtotal);
  const read = (field: 'shippingFee' | 'discount' | 'tax'): bigint => {
    const said = asked[field];
    return said === undefined ? parseMoney(order[field]) : readAmount(field, said, order.currency);
  };
  const [shippingFee, discount, tax] = [read('shippingFee'), read('discount'), read('tax')];
  if (discount > subtotal) {
    const detail = `The discount cannot be more than the subtotal, ${order.subtotal}.`;
    throw new DomainError('rule', 'discount_too_large', detail);
  }
  const total = subtotal + shippingFee - discount + (order.pricesIncludeTax ? 0n : tax);
  if (total > MAX_TOTAL) {
    const detail = `The total would be more than ${formatMoney(MAX_TOTAL)}.`;
    throw new DomainError('rule', 'total_too_large', detail);
  }
  order.shippingFee = formatMoney(shippingFee);
  order.discount = formatMoney(discount);
  order.tax = formatMoney(tax);
  order.total = formatMoney(total);
}
