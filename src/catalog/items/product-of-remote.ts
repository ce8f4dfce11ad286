import { axisOf, splitSale } from './item-request.js';
import { fromMetaAvailability, type RemoteValues, type TwoWayField } from './item-fields.js';
import type { ProductInput, VariantInput } from '../products/product-input.js';
import type { RemoteItem } from './remote-item.js';

/** The pulled fields as changes of the product and, for a variant, of the variant. */
export interface Pulled {
  product: ProductInput;
  variant: VariantInput;
}

/** A variant has a name, prices and a stock of its own; the rest belongs to its product. */
export function changesOf(values: RemoteValues, fields: readonly TwoWayField[], isVariant: boolean): Pulled {
  const product: ProductInput = {};
  const variant: VariantInput = {};
  const own: ProductInput & VariantInput = isVariant ? variant : product;
  for (const field of fields) {
    const value = values[field];
    if (value === undefined) continue;
    switch (field) {
      case 'name':
        own.name = value;
        break;
      case 'price':
        own.price = amountOf(value);
        break;
      case 'salePrice': {
        const { price, period } = splitSale(value);
        own.salePrice = price === '' ? null : amountOf(price);
        // A variant has the dates of its product.
        Object.assign(product, datesOf(period));
        break;
      }
      case 'availability':
        own.availability = fromMetaAvailability(value);
        break;
      case 'condition':
        product.condition = value as 'new' | 'refurbished' | 'used';
        break;
      default:
        product[field] = value;
    }
  }
  return { product, variant };
}

/** A new product with everything that Meta shows of the item. */
export function productOf(item: RemoteItem): ProductInput {
  const { product } = changesOf(item.values, Object.keys(item.values) as TwoWayField[], false);
  return { ...product, ...imagesOf(item), isVisible: !item.isHidden };
}

/** The product of a group: what its siblings share, and the price of the first, which is only shown. */
export function groupOf(siblings: readonly RemoteItem[]): ProductInput {
  const [first] = siblings;
  if (first === undefined) return {};
  const shared = productOf(first);
  delete shared.salePrice;
  delete shared.availability;
  return {
    ...shared,
    name: commonName(siblings.map(({ values }) => values.name ?? '')) || shared.name || '',
  };
}

export function variantOf(item: RemoteItem): VariantInput {
  const { variant } = changesOf(item.values, Object.keys(item.values) as TwoWayField[], true);
  const options = Object.fromEntries(
    Object.entries(item.options).map(([name, value]) => [axisOf(name) ?? name, value]),
  );
  const [imageUrl] = item.images;
  return { ...variant, options, ...(imageUrl === undefined ? {} : { imageUrl }) };
}

function imagesOf({ images: [imageUrl, ...imageUrls] }: RemoteItem): ProductInput {
  return imageUrl === undefined ? {} : { imageUrl, imageUrls: imageUrls.slice(0, 20) };
}

function amountOf(price: string): string {
  return price.split(' ')[0] ?? '';
}

function datesOf(period: string): ProductInput {
  const [start, end] = period.split('/');
  return { saleStartsAt: isoOf(start), saleEndsAt: isoOf(end) };
}

/** The far dates that stand for an open end mean none. */
function isoOf(date: string | undefined): string | null {
  if (date === undefined || date === '' || date.startsWith('1970-') || date.startsWith('2038-')) return null;
  return new Date(date.replace('+0000', 'Z')).toISOString();
}

/** "Bali" of "Bali, 5 days" and "Bali, 7 days": whole words that all names begin with. */
function commonName(names: readonly string[]): string {
  const words = names.map((name) => name.split(/(?<=\s)/));
  const [first = []] = words;
  let count = 0;
  while (count < first.length && words.every((other) => other[count] === first[count])) count += 1;
  return first
    .slice(0, count)
    .join('')
    .replace(/[\s,;:/|–-]+$/u, '');
}
