import type { CartItemRow, CartRow } from './cart-row.js';

type ShownFields = Omit<
  CartRow,
  'organizationId' | 'senderId' | 'whatsappUserId' | 'remindersDone' | 'expiresFixed'
>;

/** A cart as the API and the events show it, without its items. */
export function shownCart(cart: ShownFields) {
  const { id, status, source, catalogId, customerId, phoneNumber, currency } = cart;
  const { subtotal, tax, discount, total, notes, orderId, remindersSent } = cart;
  return {
    ...{ id, status, source, catalogId, customerId, phoneNumber, currency, subtotal, tax, discount, total },
    ...{ notes, orderId, remindersSent },
    expiresAt: cart.expiresAt?.toISOString() ?? null,
    checkoutAt: cart.checkoutAt?.toISOString() ?? null,
    abandonedAt: cart.abandonedAt?.toISOString() ?? null,
    convertedAt: cart.convertedAt?.toISOString() ?? null,
    lastActivityAt: cart.lastActivityAt.toISOString(),
    createdAt: cart.createdAt.toISOString(),
    updatedAt: cart.updatedAt.toISOString(),
  };
}

export type PricedItem = CartItemRow & { priceChanged: boolean };

export function shownCartItem(item: PricedItem) {
  const { id, lineNo, productId, variantId, sku, productName, quantity, unitPrice, shownPrice } = item;
  const { totalPrice, priceChanged, problems, notes, customFields } = item;
  return {
    ...{ id, lineNo, productId, variantId, sku, productName, quantity, unitPrice, shownPrice, totalPrice },
    ...{ priceChanged, problems, notes, customFields },
  };
}

/** The event of a cart, with its items. */
export function cartEvent(
  kind: 'cart.abandoned' | 'cart.converted',
  cart: CartRow,
  items: readonly PricedItem[],
  at: Date,
) {
  const { organizationId, customerId, id } = cart;
  return {
    ...{ organizationId, kind, customerId, objectId: id, occurredAt: at },
    data: { ...shownCart(cart), items: items.map(shownCartItem) },
  };
}
