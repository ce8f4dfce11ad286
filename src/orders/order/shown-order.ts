import { formatMoney, parseMoney } from '../../rules/money/money.js';
import { balanceOf } from './order-money.js';
import type { LineRow, OrderRow } from './order-row.js';
import { ORDER_MOVES } from './order-status.js';

/** An order as the API and the events show it, without what surrounds it. */
export function shownOrder(order: OrderRow) {
  const { id, orderNumber, source, catalogId, cartId, customerId, phoneNumber, customerName } = order;
  const { customerEmail, status, paymentStatus, fulfillmentStatus, needsReview, flags } = order;
  const { currency, pricesIncludeTax, subtotal, discount, shippingFee, tax, total, paidAmount } = order;
  const { refundedAmount, paymentMethod, campaignId, attribution, customerNotes, internalNotes } = order;
  const { shippingAddress, billingAddress, trackingNumber, carrier, trackingUrl } = order;
  const due = balanceOf(parseMoney(total), parseMoney(paidAmount), parseMoney(refundedAmount));
  return {
    ...{ id, orderNumber, source, catalogId, cartId, customerId, phoneNumber, customerName, customerEmail },
    ...{
      status,
      paymentStatus,
      fulfillmentStatus,
      needsReview,
      flags,
      flagDetails: { ...order.flagDetails },
    },
    allowedMoves: [...ORDER_MOVES[status]],
    ...{
      currency,
      pricesIncludeTax,
      subtotal,
      discount,
      shippingFee,
      tax,
      total,
      paidAmount,
      refundedAmount,
    },
    balance: formatMoney(due),
    ...{ paymentMethod, campaignId, attribution, reservedUntil: written(order.reservedUntil) },
    ...{
      customerNotes,
      internalNotes,
      shippingAddress,
      billingAddress,
      trackingNumber,
      carrier,
      trackingUrl,
    },
    estimatedDelivery: written(order.estimatedDelivery),
    confirmedAt: written(order.confirmedAt),
    cancelledAt: written(order.cancelledAt),
    deliveredAt: written(order.deliveredAt),
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
}

export function shownLine(line: LineRow) {
  const { id, lineNo, productId, variantId, productName, productSku, productImage, variantOptions } = line;
  const { quantity, unitPrice, listPrice, shownPrice, priceSource, totalPrice, taxPercent, tax } = line;
  const { reservedQuantity, fulfilledQuantity, cancelledQuantity, returnedQuantity, refundedAmount } = line;
  const { fulfillmentStatus, problems, notes, customFields } = line;
  return {
    ...{
      id,
      lineNo,
      productId,
      variantId,
      productName,
      productSku,
      productImage,
      variantOptions,
      quantity,
    },
    ...{ unitPrice, listPrice, shownPrice, priceSource, totalPrice, taxPercent, tax, reservedQuantity },
    ...{
      fulfilledQuantity,
      cancelledQuantity,
      returnedQuantity,
      refundedAmount,
      fulfillmentStatus,
      problems,
    },
    ...{ notes, customFields },
  };
}

const written = (instant: Date | null): string | null => instant?.toISOString() ?? null;
