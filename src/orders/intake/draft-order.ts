import { fit } from '../../platform/database/storable-text.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { isCurrency } from '../../rules/money/currency.js';
import { formatMoney } from '../../rules/money/money.js';
import { flagsAfter, inOrder, type OrderFlag } from '../order/order-flags.js';
import { orderSums, shownSums } from '../order/order-money.js';
import type { Actor, LineRow, OrderRow } from '../order/order-row.js';
import { type KnownItem, MAX_LINES, priceLine, type PricingCatalog } from '../order/price-line.js';
import type { AskedOrder } from './incoming-order.js';

const NO_CURRENCY = 'INR';
const MAX_NAME = 200;
const MAX_NOTE = 4_096;
const MAX_SKU = 200;
const MAX_PRODUCT_NAME = 300;

export interface Draft {
  incoming: AskedOrder;
  by: Actor;
  order: OrderRow;
  lines: LineRow[];
}

export interface DraftContext {
  organizationId: string;
  cartId: string;
  by: Actor;
  catalog: (PricingCatalog & { taxPercent: string }) | undefined;
  itemOf: (catalogId: string, retailerId: string) => KnownItem | undefined;
  now: Date;
}

/** The catalog's currency; that of the message where we know no catalog. */
export function currencyOf(incoming: AskedOrder, catalog: PricingCatalog | undefined): string {
  if (catalog !== undefined) return catalog.currency;
  return incoming.lines.map(({ currency }) => currency ?? '').find(isCurrency) ?? NO_CURRENCY;
}

/** An order from what a customer sent or a cart holds: kept whatever it holds, and flagged where it needs a look. */
export function draftOrder(incoming: AskedOrder, context: DraftContext): Draft {
  const { catalog, itemOf, now, by } = context;
  const currency = currencyOf(incoming, catalog);
  const lines = incoming.lines.slice(0, MAX_LINES).map((asked, place): LineRow => {
    const sku = fit(asked.retailerId ?? '', MAX_SKU);
    const item = catalog === undefined ? undefined : itemOf(catalog.id, sku);
    const priced = priceLine({ ...asked, retailerId: sku === '' ? null : sku }, item, catalog, {
      currency,
      at: incoming.at,
    });
    return {
      ...{ id: uuidV7(), lineNo: place + 1, productId: priced.productId, variantId: priced.variantId },
      ...{ retailerId: sku, productSku: sku, productName: fit(priced.name, MAX_PRODUCT_NAME) },
      ...{ productImage: priced.image, variantOptions: priced.options, quantity: priced.quantity },
      unitPrice: formatMoney(priced.unitPrice),
      listPrice: priced.listPrice === null ? null : formatMoney(priced.listPrice),
      shownPrice: priced.shownPrice === null ? null : formatMoney(priced.shownPrice),
      ...{
        priceSource: priced.priceSource,
        totalPrice: formatMoney(priced.total),
        tax: formatMoney(priced.tax),
      },
      taxPercent: catalog?.taxPercent ?? '0.00',
      ...{ reservedQuantity: 0, fulfilledQuantity: 0, cancelledQuantity: 0, returnedQuantity: 0 },
      ...{ refundedAmount: '0.00', fulfillmentStatus: 'unfulfilled', problems: inOrder(priced.problems) },
      ...{ notes: null, customFields: null },
    };
  });
  const included = catalog?.pricesIncludeTax ?? true;
  const sums = orderSums(lines.map(amountsOf), { included });
  const flags: OrderFlag[] = [
    ...(catalog === undefined ? (['unknown_catalog'] as const) : []),
    ...(incoming.lines.length === 0 ? (['no_lines'] as const) : []),
    ...(incoming.lines.length > MAX_LINES ? (['too_many_lines'] as const) : []),
    ...(sums === null ? (['total_too_large'] as const) : []),
  ];
  const nothing = { subtotal: 0n, tax: 0n, discount: 0n, shippingFee: 0n, total: 0n };
  const person = incoming.phoneNumber ?? incoming.whatsappUserId ?? 'Unknown';
  const name = fit(incoming.name ?? '', MAX_NAME).trim();
  return {
    incoming,
    by,
    lines,
    order: {
      ...{ id: uuidV7(), organizationId: context.organizationId, orderNumber: '' },
      source: incoming.wamid === null ? 'api' : 'message',
      ...{
        catalogId: catalog?.id ?? null,
        metaCatalogId: fit(incoming.metaCatalogId, 64),
        cartId: context.cartId,
      },
      ...{ senderId: incoming.senderId, sourceMessageId: incoming.wamid, customerId: incoming.customerId },
      ...{ phoneNumber: incoming.phoneNumber, whatsappUserId: incoming.whatsappUserId },
      ...{ customerName: name === '' ? person : name, customerEmail: null, status: 'pending' },
      ...{ currency, pricesIncludeTax: included, ...shownSums(sums ?? nothing) },
      ...{ paymentStatus: 'unpaid', paymentMethod: null, paidAmount: '0.00', refundedAmount: '0.00' },
      ...{ fulfillmentStatus: 'unfulfilled', shippingAddress: null, billingAddress: null },
      ...{
        trackingNumber: null,
        carrier: null,
        trackingUrl: null,
        estimatedDelivery: null,
        deliveredAt: null,
      },
      customerNotes: incoming.note === null || incoming.note === '' ? null : fit(incoming.note, MAX_NOTE),
      ...{ internalNotes: null, confirmedAt: null, cancelledAt: null, reservedUntil: null },
      ...{ lastPaymentAttempt: 0, flags: flagsAfter(flags, lines), flagDetails: {}, needsReview: false },
      ...{
        campaignId: incoming.answers?.campaignId ?? null,
        recipientId: incoming.answers?.recipientId ?? null,
      },
      ...{ attribution: incoming.answers?.by ?? null, createdAt: now, updatedAt: now },
    },
  };
}

const amountsOf = ({ totalPrice, tax }: LineRow) => ({ total: hundredths(totalPrice), tax: hundredths(tax) });
const hundredths = (amount: string): bigint => BigInt(amount.replace('.', ''));
