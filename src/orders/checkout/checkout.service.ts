import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../../events/domain-events.service.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { assertDecimals } from '../../rules/money/currency.js';
import { formatMoney, MAX_TOTAL, parseMoney } from '../../rules/money/money.js';
import { CartContacts } from '../carts/cart-contacts.service.js';
import { CartDesk } from '../carts/cart-desk.service.js';
import type { CartItemRow } from '../carts/cart-row.js';
import type { OpenCart } from '../carts/open-cart.js';
import { askedOf, itemOf } from '../carts/price-cart.js';
import { cartEvent } from '../carts/shown-cart.js';
import { type Draft, draftOrder } from '../intake/draft-order.js';
import { OrderIntake } from '../intake/order-intake.service.js';
import { OrderMetrics } from '../intake/order-metrics.service.js';
import type { Actor, Address, OrderRow } from '../order/order-row.js';
import { assertInStock, assertOrderable } from './orderable.js';

export interface CheckoutTerms {
  customerName?: string | undefined;
  customerEmail?: string | null | undefined;
  shippingAddress?: Address | null | undefined;
  billingAddress?: Address | null | undefined;
  shippingFee?: string | number | undefined;
  discount?: string | number | undefined;
  notes?: string | null | undefined;
  allowShort?: boolean | undefined;
}

/** Makes carts orders, in the same way as those that customers send. The order fixes the prices. */
@Injectable()
export class Checkout {
  constructor(
    private readonly desk: CartDesk,
    private readonly contacts: CartContacts,
    private readonly intake: OrderIntake,
    private readonly events: DomainEvents,
    private readonly metrics: OrderMetrics,
  ) {}

  /** Returns the id of the order. */
  async checkout(organizationId: string, id: string, by: Actor, terms: CheckoutTerms): Promise<string> {
    const made: Draft[] = [];
    const order = async (tx: EntityManager, open: OpenCart): Promise<void> => {
      // A deadlock begins the transaction again.
      made.length = 0;
      open.assertOpen();
      made.push(await this.place(tx, open, by, terms));
    };
    await this.desk.work(organizationId, id, order, { orders: true });
    this.metrics.made(made);
    return made[0]?.order.id ?? '';
  }

  /** In a transaction that is open, for a cart that is. */
  async place(tx: EntityManager, open: OpenCart, by: Actor, terms: CheckoutTerms): Promise<Draft> {
    const { cart, catalog, settings, now } = open;
    const { organizationId } = cart;
    assertOrderable(open.reprice());
    const { customer, name } = (await this.contacts.of(tx, organizationId, [cart]))(cart);
    cart.customerId = customer?.id ?? cart.customerId;
    const bySku = new Map(open.items.map((item) => [item.sku, itemOf(item, open)]));
    const { senderId, customerId, phoneNumber, whatsappUserId } = cart;
    const draft = draftOrder(
      {
        ...{ wamid: null, senderId, customerId, phoneNumber, whatsappUserId, at: now, answers: null },
        ...{ name: terms.customerName ?? name, metaCatalogId: catalog?.metaCatalogId ?? null },
        ...{ note: terms.notes ?? cart.notes, lines: open.items.map((item) => askedOf(item, open)) },
      },
      { organizationId, cartId: cart.id, by, catalog, itemOf: (_, sku) => bySku.get(sku), now },
    );
    agree(draft, terms, open.items);
    await this.intake.place(tx, organizationId, [draft], settings, ({ lines }) => {
      assertOrderable(lines);
      if (terms.allowShort !== true) assertInStock(lines);
    });
    this.settle(open, draft);
    const items = open.items.map((item) => ({ ...item, priceChanged: false }));
    await this.events.record(tx, [cartEvent('cart.converted', { ...cart, updatedAt: now }, items, now)]);
    return draft;
  }

  /** The cart shows what was ordered, without what only the order has. */
  private settle(open: OpenCart, { order, lines }: Draft): void {
    const { cart } = open;
    for (const [place, item] of open.items.entries()) {
      const line = lines[place];
      if (line === undefined) continue;
      const { productName, unitPrice, totalPrice, problems } = line;
      Object.assign(item, { productName, unitPrice, totalPrice, problems });
    }
    const total = formatMoney(parseMoney(order.total) - parseMoney(order.shippingFee));
    Object.assign(cart, { subtotal: order.subtotal, tax: order.tax, discount: order.discount, total });
    open.convert(order.id);
  }
}

/** What the caller says besides, and what the lines of the cart carry. */
function agree({ order, lines }: Draft, terms: CheckoutTerms, items: readonly CartItemRow[]): void {
  for (const [place, line] of lines.entries()) {
    line.notes = items[place]?.notes ?? null;
    line.customFields = items[place]?.customFields ?? null;
  }
  const { customerEmail = null, shippingAddress = null, billingAddress = null } = terms;
  Object.assign(order, { customerEmail, shippingAddress, billingAddress } satisfies Partial<OrderRow>);
  const shippingFee = readAmount('shippingFee', terms.shippingFee, order.currency);
  const discount = readAmount('discount', terms.discount, order.currency);
  const [subtotal, tax] = [parseMoney(order.subtotal), parseMoney(order.tax)];
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
  order.total = formatMoney(total);
}

function readAmount(field: string, said: string | number | undefined, currency: string): bigint {
  if (said === undefined) return 0n;
  try {
    const amount = parseMoney(said);
    assertDecimals(amount, currency);
    return amount;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw invalidFields([{ field, message: error.message }]);
  }
}
