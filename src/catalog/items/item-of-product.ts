import { toPriceText } from '../../rules/money/amount-encodings.js';
import { type Cents, parseMoney } from '../../rules/money/money.js';
import { type Availability, type ItemValues, toMetaAvailability, type TwoWayField } from './item-fields.js';
import { cutTitle } from './item-text.js';
import { salePeriod } from './sale-period.js';

/** What can be in a cart, with what it takes from its product when it is a variant. */
export interface Sellable {
  sku: string;
  /** Of the product: its own SKU when it has no variants. */
  groupSku: string;
  name: string;
  description: string | null;
  price: string;
  salePrice: string | null;
  saleStartsAt: Date | null;
  saleEndsAt: Date | null;
  availability: Availability;
  quantity: number | null;
  /** The catalog, the product and the variant. */
  isActive: boolean;
  isVisible: boolean;
  condition: string;
  brand: string | null;
  category: string | null;
  url: string | null;
  images: string[];
  options: Record<string, string>;
  compliance: Record<string, unknown> | null;
}

/** What an item takes from its catalog. */
export interface ItemDefaults {
  catalogName: string;
  currency: string;
  defaultBrand: string | null;
  websiteUrl: string | null;
  defaultImageUrl: string | null;
  /** Digits of the number that sells: the last resort for a link. */
  whatsappNumber: string | null;
}

export interface ItemLack {
  code: 'image_missing' | 'link_missing';
  message: string;
}

export interface Item {
  values: ItemValues;
  /** Not empty: Meta would reject the item, so it is not sent. */
  lacks: ItemLack[];
  /** Fields that follow from something Meta does not know; its own value never comes back. */
  forced: Set<TwoWayField>;
}

/** How Meta is to know a sellable, now. */
export function itemOfProduct(sellable: Sellable, defaults: ItemDefaults, now: Date): Item {
  const images = sellable.images.length > 0 ? sellable.images : listed(defaults.defaultImageUrl);
  const url = sellable.url ?? defaults.websiteUrl ?? chatLink(defaults.whatsappNumber);
  const cannotBeSold = !sellable.isActive || sellable.quantity === 0;
  const lacks: ItemLack[] = [];
  if (images.length === 0) lacks.push({ code: 'image_missing', message: IMAGE_MISSING });
  if (url === null) lacks.push({ code: 'link_missing', message: LINK_MISSING });
  return {
    values: {
      name: cutTitle(sellable.name),
      description: filled(sellable.description) ?? sellable.name,
      price: toPriceText(parseMoney(sellable.price), defaults.currency),
      salePrice: saleOf(sellable, defaults.currency, now),
      availability: cannotBeSold ? 'out of stock' : toMetaAvailability(sellable.availability),
      condition: sellable.condition,
      brand: filled(sellable.brand) ?? filled(defaults.defaultBrand) ?? defaults.catalogName,
      category: filled(sellable.category) ?? '',
      url: url ?? '',
      images: JSON.stringify(images),
      visibility: sellable.isVisible ? 'published' : 'hidden',
      options: JSON.stringify(Object.entries(sellable.options).sort(([a], [b]) => (a < b ? -1 : 1))),
      group: sellable.groupSku,
      compliance: sellable.compliance === null ? '' : JSON.stringify(sellable.compliance),
    },
    lacks,
    forced: new Set<TwoWayField>(cannotBeSold ? ['availability'] : []),
  };
}

const IMAGE_MISSING =
  'WhatsApp shows no item without an image. Give the product an imageUrl, or the catalog a defaultImageUrl.';
const LINK_MISSING =
  'Meta needs a link for each item. Give the product a url, the catalog a websiteUrl, or the sender a known number.';

/** Empty when there is no sale. A price that is not lower would mark everything as reduced. */
function saleOf(sellable: Sellable, currency: string, now: Date): string {
  const { salePrice, saleStartsAt, saleEndsAt } = sellable;
  if (salePrice === null || (saleEndsAt !== null && saleEndsAt <= now)) return '';
  const [sale, price]: [Cents, Cents] = [parseMoney(salePrice), parseMoney(sellable.price)];
  if (sale >= price) return '';
  const period = salePeriod(saleStartsAt, saleEndsAt);
  return `${toPriceText(sale, currency)}${period === '' ? '' : ` ${period}`}`;
}

function chatLink(number: string | null): string | null {
  const digits = number?.replace(/\D/g, '') ?? '';
  return digits === '' ? null : `https://wa.me/c/${digits}`;
}

function filled(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text;
}

function listed(url: string | null): string[] {
  return url === null ? [] : [url];
}
