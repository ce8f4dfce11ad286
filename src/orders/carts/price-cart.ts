import { formatMoney, parseMoney } from '../../rules/money/money.js';
import { orderSums } from '../order/order-money.js';
import { type AskedLine, type KnownItem, priceLine, type PricingCatalog } from '../order/price-line.js';
import type { CartItemRow } from './cart-row.js';
import type { PricedItem } from './shown-cart.js';

type Sellable = Pick<CartItemRow, 'productId' | 'variantId'>;

export const sellableKey = ({ productId, variantId }: Sellable): string =>
  `${productId ?? ''} ${variantId ?? ''}`;

export type CartCatalog = PricingCatalog & { taxPercent: string };

/** The catalog of a cart, and what its lines stand for. */
export interface CartPrices {
  catalog: CartCatalog | undefined;
  known: ReadonlyMap<string, KnownItem>;
}

/** What a line stands for now; a product that is gone is remembered by what the line says. */
export function itemOf(line: CartItemRow, { known }: CartPrices): KnownItem {
  const gone: KnownItem = {
    ...{ productId: line.productId ?? '', variantId: line.variantId, kind: 'gone', name: line.productName },
    ...{ image: null, options: null, price: 0n, salePrice: null, saleStartsAt: null, saleEndsAt: null },
    isForSale: false,
  };
  return known.get(sellableKey(line)) ?? gone;
}

/** The line as it is ordered. Without a price of ours the last one counts. */
export function askedOf(line: CartItemRow, prices: CartPrices): AskedLine {
  const asked = { retailerId: line.sku, quantity: line.quantity, currency: null };
  return itemOf(line, prices).kind === 'sellable' && prices.catalog !== undefined
    ? asked
    : { ...asked, itemPrice: line.unitPrice };
}

export interface PricedCart {
  items: PricedItem[];
  /** Null: more than the columns hold. */
  sums: { subtotal: string; tax: string; discount: string; total: string } | null;
}

/** Prices follow the catalog until the cart is an order. */
export function priceCart(
  { currency }: { currency: string },
  items: readonly CartItemRow[],
  prices: CartPrices,
  at: Date,
): PricedCart {
  const { catalog } = prices;
  const priced = items.map((line) => {
    const item = itemOf(line, prices);
    return { line, item, ...priceLine(askedOf(line, prices), item, catalog, { currency, at }) };
  });
  const sums = orderSums(priced, { included: catalog?.pricesIncludeTax ?? true });
  return {
    items: priced.map(({ line, item, unitPrice, total, problems }) => ({
      ...line,
      productName: item.name,
      unitPrice: formatMoney(unitPrice),
      totalPrice: formatMoney(total),
      problems: catalog === undefined ? ['product_deleted'] : problems,
      priceChanged: line.shownPrice !== null && parseMoney(line.shownPrice) !== unitPrice,
    })),
    sums: sums && {
      subtotal: formatMoney(sums.subtotal),
      tax: formatMoney(sums.tax),
      discount: formatMoney(sums.discount),
      total: formatMoney(sums.total),
    },
  };
}
