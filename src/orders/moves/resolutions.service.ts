import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { assertDecimals, unitOf } from '../../rules/money/currency.js';
import { formatMoney, MAX_PRICE, parseMoney } from '../../rules/money/money.js';
import { catalogById, type FoundItem, itemsById, itemsBySku } from '../order/known-items.queries.js';
import { type OrderFlag, without } from '../order/order-flags.js';
import { lineTax, lineTotal, orderSums, readRate, shownSums } from '../order/order-money.js';
import type { Actor, LineRow } from '../order/order-row.js';
import { priceAt, quantityOf } from '../order/price-line.js';
import type { OpenOrder } from './open-order.js';
import { OrderDesk } from './order-desk.service.js';
import { keepUntil } from './order-moves.service.js';
import { OrderStock } from './order-stock.service.js';

export interface ResolvedItem {
  itemId: string;
  productId?: string;
  variantId?: string;
  sku?: string;
  quantity?: number;
  unitPrice?: string | number;
  remove?: boolean;
}

export interface Resolution {
  items?: readonly ResolvedItem[];
  prices?: 'ours' | 'shown';
  note?: string | null;
}

const ABOUT_PRODUCT: OrderFlag[] = [
  'unknown_product',
  'variant_missing',
  'product_deleted',
  'inactive_product',
];
const ABOUT_PRICE: OrderFlag[] = ['price_differs', 'bad_price', 'currency_differs'];

/** A person says what an order means: which products, how many, at which price. */
@Injectable()
export class Resolutions {
  constructor(
    private readonly desk: OrderDesk,
    private readonly stock: OrderStock,
  ) {}

  async resolve(organizationId: string, ref: string, by: Actor, resolution: Resolution): Promise<string> {
    return this.desk.work(organizationId, ref, by, async (tx, open) => {
      const { order } = open;
      if (order.status !== 'pending' || parseMoney(order.paidAmount) > 0n) {
        const detail = 'An order is resolved only while it is pending and unpaid.';
        throw new DomainError('conflict', 'illegal_move', detail);
      }
      const items = resolution.items ?? [];
      const found = await this.productsOf(tx, open, items);
      await this.stock.release(tx, open);
      for (const item of items) await this.apply(tx, open, item, found.get(item));
      settlePrices(open, resolution.prices);
      addUp(open);
      if (open.settings.reservationMinutes !== 0) await this.stock.reserve(tx, open);
      keepUntil(open);
      const { prices = null, note = null } = resolution;
      open.note('resolved', { data: { items, prices, ...(note === null ? {} : { notes: note }) } });
    });
  }

  private async productsOf(
    tx: EntityManager,
    { order }: OpenOrder,
    items: readonly ResolvedItem[],
  ): Promise<Map<ResolvedItem, FoundItem>> {
    const { organizationId, catalogId } = order;
    const found = new Map<ResolvedItem, FoundItem>();
    for (const item of items) {
      const { productId, variantId, sku } = item;
      if (productId === undefined && variantId === undefined && sku === undefined) continue;
      if (variantId === undefined && productId === undefined && catalogId === null) {
        const detail = 'The catalog of this order is unknown. Name the product by its id.';
        throw new DomainError('rule', 'unknown_catalog', detail);
      }
      const candidates =
        variantId === undefined && productId === undefined
          ? await itemsBySku(tx, organizationId, [{ catalogId: catalogId ?? '', retailerId: sku ?? '' }])
          : await itemsById(tx, organizationId, {
              productIds: productId !== undefined && variantId === undefined ? [productId] : [],
              variantIds: variantId === undefined ? [] : [variantId],
            });
      const known = candidates.find(({ kind }) => kind !== 'gone');
      if (known === undefined || (productId !== undefined && known.productId !== productId)) {
        throw variantId === undefined
          ? notFound('product', productId ?? sku ?? '')
          : notFound('variant', variantId);
      }
      if (known.kind === 'group') {
        const detail = `${known.retailerId} has variants. Name one of them by variantId.`;
        throw new DomainError('rule', 'variant_needed', detail);
      }
      found.set(item, known);
    }
    return found;
  }

  private async apply(
    tx: EntityManager,
    open: OpenOrder,
    item: ResolvedItem,
    product: FoundItem | undefined,
  ): Promise<void> {
    const line = open.lines.find(({ id }) => id === item.itemId);
    if (line === undefined) throw notFound('item', item.itemId);
    if (item.remove === true) {
      open.removedLines.push(line.id);
      open.lines = open.lines.filter((one) => one !== line);
      return;
    }
    if (product !== undefined) await this.replaceProduct(tx, open, line, product);
    if (item.quantity !== undefined) {
      const { quantity, problems } = quantityOf(item.quantity);
      line.quantity = quantity;
      line.problems = [...without(line.problems, 'bad_quantity', 'quantity_over_99'), ...problems];
    }
    if (item.unitPrice === undefined) return;
    line.unitPrice = readPrice(item.unitPrice, open.order.currency);
    line.priceSource = 'manual';
    line.problems = without(line.problems, ...ABOUT_PRICE);
  }

  private async replaceProduct(
    tx: EntityManager,
    { order, now }: OpenOrder,
    line: LineRow,
    product: FoundItem,
  ): Promise<void> {
    const { organizationId, currency } = order;
    const catalog = await catalogById(tx, organizationId, product.catalogId);
    if (catalog === undefined || (order.catalogId !== null && order.catalogId !== catalog.id)) {
      throw new DomainError(
        'rule',
        'other_catalog',
        'The product belongs to another catalog than the order.',
      );
    }
    if (catalog.currency !== currency) {
      const detail = `The order is in ${currency}, the product in ${catalog.currency}. Nothing is converted.`;
      throw new DomainError('rule', 'currency_differs', detail);
    }
    // An order of an unknown catalog did not know how its prices are meant.
    if (order.catalogId === null) order.pricesIncludeTax = catalog.pricesIncludeTax;
    order.catalogId = catalog.id;
    const { price, source } = priceAt(product, now);
    Object.assign(line, {
      productId: product.productId,
      variantId: product.variantId,
      productName: product.name,
      productSku: product.retailerId,
      productImage: product.image,
      variantOptions: product.options,
      listPrice: formatMoney(product.price),
      unitPrice: formatMoney(price),
      priceSource: source,
      taxPercent: catalog.taxPercent,
    } satisfies Partial<LineRow>);
    line.problems = without(line.problems, ...ABOUT_PRODUCT, ...ABOUT_PRICE);
  }
}

/** Lines without a price of ours, or with one that cannot be paid in this currency, are not settled like this. */
function settlePrices({ order, lines }: OpenOrder, prices: Resolution['prices']): void {
  for (const line of lines) {
    const isOpen = line.problems.some((problem) => ABOUT_PRICE.includes(problem));
    if (!isOpen || prices === undefined) continue;
    if (prices === 'ours') {
      if (line.listPrice !== null) line.problems = without(line.problems, ...ABOUT_PRICE);
    } else if (
      line.shownPrice !== null &&
      !line.problems.includes('currency_differs') &&
      parseMoney(line.shownPrice) % unitOf(order.currency) === 0n
    ) {
      line.unitPrice = line.shownPrice;
      line.priceSource = 'shown';
      line.problems = without(line.problems, ...ABOUT_PRICE);
    }
  }
}

function addUp(open: OpenOrder): void {
  const { order, lines } = open;
  const included = order.pricesIncludeTax;
  const unit = unitOf(order.currency);
  for (const line of lines) {
    const total = lineTotal(parseMoney(line.unitPrice), line.quantity);
    line.totalPrice = formatMoney(total);
    line.tax = formatMoney(lineTax(total, { rate: readRate(line.taxPercent), included, unit }));
  }
  const parts = lines.map(({ totalPrice, tax }) => ({ total: parseMoney(totalPrice), tax: parseMoney(tax) }));
  const subtotal = parts.reduce((sum, { total }) => sum + total, 0n);
  // A discount that is more than what is left would make the rest free and more.
  const discount = parseMoney(order.discount) > subtotal ? subtotal : parseMoney(order.discount);
  const sums = orderSums(parts, { included }, { discount, shippingFee: parseMoney(order.shippingFee) });
  open.drop('total_too_large', 'no_lines');
  if (lines.length === 0) open.raise('no_lines');
  if (lines.every(({ productId }) => productId !== null)) open.drop('unknown_catalog');
  if (sums === null) open.raise('total_too_large');
  const shown = sums ?? { subtotal: 0n, tax: 0n, discount: 0n, shippingFee: 0n, total: 0n };
  Object.assign(order, shownSums(shown));
}

function readPrice(said: string | number, currency: string): string {
  try {
    const price = parseMoney(said, { max: MAX_PRICE });
    assertDecimals(price, currency);
    return formatMoney(price);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw invalidFields([{ field: 'unitPrice', message: error.message }]);
  }
}
