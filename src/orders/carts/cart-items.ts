import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { formatMoney } from '../../rules/money/money.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type KnownItem, MAX_LINES, MAX_UNITS, priceAt } from '../order/price-line.js';
import type { CartItemRow } from './cart-row.js';
import { sellableKey } from './price-cart.js';

/** A line that a caller wants, with what it stands for. */
export interface WantedItem {
  product: KnownItem & { retailerId: string };
  quantity: number;
  notes: string | null;
  customFields: Record<string, unknown> | null;
}

/** Plain lines of one sellable are one line; notes and fields of its own make a line another one. */
export function withItems(
  items: readonly CartItemRow[],
  wanted: readonly WantedItem[],
  at: Date,
): CartItemRow[] {
  const all = items.map((item) => ({ ...item }));
  for (const { product, quantity, notes, customFields } of wanted) {
    const isPlain = notes === null && customFields === null;
    const same = all.find((item) => isPlain && isPlainOf(item, product));
    const price = formatMoney(priceAt(product, at).price);
    if (same === undefined) {
      const { productId, variantId, retailerId: sku, name: productName } = product;
      all.push({
        ...{ id: uuidV7(), lineNo: (all.at(-1)?.lineNo ?? 0) + 1, productId, variantId, sku, productName },
        ...{
          quantity,
          unitPrice: price,
          shownPrice: price,
          totalPrice: '0.00',
          problems: [],
          notes,
          customFields,
        },
      });
    } else {
      same.quantity += quantity;
      same.shownPrice = price;
    }
  }
  const tooMany = all.find((item) => item.quantity > MAX_UNITS);
  if (tooMany !== undefined) {
    const detail = `A line has at most ${MAX_UNITS} units; ${tooMany.sku} would have ${tooMany.quantity}.`;
    throw new DomainError('rule', 'quantity_too_large', detail);
  }
  if (all.length > MAX_LINES) {
    throw new DomainError('rule', 'too_many_lines', `A cart has at most ${MAX_LINES} lines.`);
  }
  return all;
}

const isPlainOf = (item: CartItemRow, product: KnownItem): boolean =>
  item.notes === null && item.customFields === null && sellableKey(item) === sellableKey(product);
