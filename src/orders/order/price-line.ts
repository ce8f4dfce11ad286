import { unitOf } from '../../rules/money/currency.js';
import type { Cents } from '../../rules/money/money.js';
import type { OrderFlag } from './order-flags.js';
import { lineTax, lineTotal, type Rate } from './order-money.js';
import { readShownPrice, type ShownPrice } from './shown-price.js';

export const MAX_UNITS = 9_999;
export const MAX_LINES = 1_000;
const MANY_UNITS = 99;

export type PriceSource = 'price' | 'sale' | 'shown' | 'manual';

/** A catalog as far as it sets prices. */
export interface PricingCatalog {
  id: string;
  metaCatalogId: string | null;
  currency: string;
  isActive: boolean;
  taxRate: Rate;
  pricesIncludeTax: boolean;
  /** How far below our price a shown one is honoured, in hundredths of a percent. */
  honourRate: Rate;
}

/** What a SKU of a catalog stands for. */
export interface KnownItem {
  productId: string;
  variantId: string | null;
  /** `group`: a product with variants, which is not sold itself. `gone`: deleted, and remembered for its SKU. */
  kind: 'sellable' | 'group' | 'gone';
  name: string;
  image: string | null;
  options: Record<string, string> | null;
  price: Cents;
  salePrice: Cents | null;
  saleStartsAt: Date | null;
  saleEndsAt: Date | null;
  isForSale: boolean;
}

/** A line as the customer sent it, or as a cart holds it. */
export interface AskedLine {
  retailerId: string | null;
  quantity: number | null;
  /** What the customer's device showed. Missing: the line comes from us, and our price holds. */
  itemPrice?: string | null;
  currency: string | null;
}

export interface PricedLine {
  productId: string | null;
  variantId: string | null;
  name: string;
  image: string | null;
  options: Record<string, string> | null;
  quantity: number;
  unitPrice: Cents;
  /** Ours, without a sale; null: we have none. */
  listPrice: Cents | null;
  shownPrice: Cents | null;
  priceSource: PriceSource;
  total: Cents;
  tax: Cents;
  problems: OrderFlag[];
}

/** The sale price while the sale runs. */
export function priceAt(
  { price, salePrice, saleStartsAt, saleEndsAt }: KnownItem,
  at: Date,
): { price: Cents; source: 'price' | 'sale' } {
  const isRunning =
    salePrice !== null &&
    (saleStartsAt === null || saleStartsAt <= at) &&
    (saleEndsAt === null || saleEndsAt > at);
  return isRunning ? { price: salePrice, source: 'sale' } : { price, source: 'price' };
}

export function quantityOf(asked: number | null): { quantity: number; problems: OrderFlag[] } {
  if (asked === null || !Number.isInteger(asked) || asked < 1 || asked > MAX_UNITS) {
    return { quantity: 0, problems: ['bad_quantity'] };
  }
  return { quantity: asked, problems: asked > MANY_UNITS ? ['quantity_over_99'] : [] };
}

/** What was shown, if it can be paid: nobody can pay 12.50 yen. */
function payablePrice({ itemPrice, currency: said }: AskedLine, currency: string): ShownPrice | null {
  const shown = readShownPrice(itemPrice ?? null);
  return shown !== null && shown.cents % unitOf(said ?? currency) === 0n ? shown : null;
}

interface Decision {
  unitPrice: Cents;
  listPrice: Cents | null;
  priceSource: PriceSource;
  problems: OrderFlag[];
}

/** Our price at the time of the order. What the customer saw is evidence: it comes from their device. */
function decidePrice(
  asked: AskedLine,
  item: KnownItem | undefined,
  catalog: PricingCatalog | undefined,
  currency: string,
  at: Date,
): Decision {
  const shown = payablePrice(asked, currency);
  const isForeign = asked.currency !== null && asked.currency !== currency;
  const foreign: OrderFlag[] = isForeign ? ['currency_differs'] : [];
  if (item === undefined || item.kind !== 'sellable' || catalog === undefined) {
    const bad: OrderFlag[] = shown === null ? ['bad_price'] : [];
    return {
      unitPrice: isForeign ? 0n : (shown?.cents ?? 0n),
      listPrice: null,
      priceSource: 'shown',
      problems: [...foreign, ...bad],
    };
  }
  const ours = priceAt(item, at);
  const decided = { unitPrice: ours.price, listPrice: item.price, priceSource: ours.source };
  if (isForeign) return { ...decided, problems: foreign };
  if (asked.itemPrice === undefined) return { ...decided, problems: [] };
  if (shown === null) return { ...decided, problems: ['bad_price'] };
  // Whether Meta shows the price or the sale price during a sale is not documented.
  if (shown.isExact && (shown.cents === ours.price || shown.cents === item.price)) {
    return { ...decided, problems: [] };
  }
  const isHonoured =
    shown.isExact &&
    shown.cents < ours.price &&
    (ours.price - shown.cents) * 10_000n <= ours.price * catalog.honourRate;
  if (isHonoured) return { ...decided, unitPrice: shown.cents, priceSource: 'shown', problems: [] };
  return { ...decided, problems: ['price_differs'] };
}

function problemsOfItem(item: KnownItem | undefined, catalog: PricingCatalog | undefined): OrderFlag[] {
  // Without the catalog nothing can be said about its products.
  if (catalog === undefined) return [];
  if (item === undefined) return ['unknown_product'];
  if (item.kind === 'gone') return ['product_deleted'];
  if (item.kind === 'group') return ['variant_missing'];
  return item.isForSale && catalog.isActive ? [] : ['inactive_product'];
}

export function priceLine(
  asked: AskedLine,
  item: KnownItem | undefined,
  catalog: PricingCatalog | undefined,
  { currency, at }: { currency: string; at: Date },
): PricedLine {
  const { quantity, problems } = quantityOf(asked.quantity);
  const decided = decidePrice(asked, item, catalog, currency, at);
  const total = lineTotal(decided.unitPrice, quantity);
  const taxes = {
    ...{ rate: catalog?.taxRate ?? 0n, included: catalog?.pricesIncludeTax ?? true },
    unit: unitOf(currency),
  };
  return {
    productId: item?.productId ?? null,
    variantId: item?.variantId ?? null,
    name: item?.name ?? asked.retailerId ?? 'Unknown product',
    image: item?.image ?? null,
    options: item?.options ?? null,
    quantity,
    unitPrice: decided.unitPrice,
    listPrice: decided.listPrice,
    shownPrice: readShownPrice(asked.itemPrice ?? null)?.cents ?? null,
    priceSource: decided.priceSource,
    total,
    tax: lineTax(total, taxes),
    problems: [...problemsOfItem(item, catalog), ...decided.problems, ...problems],
  };
}
