import type { Compliance } from '../products/product-fields.js';
import type { Availability, Digests } from './item-fields.js';
import { type Item, type ItemDefaults, itemOfProduct, type Sellable } from './item-of-product.js';
import type { ItemProblem } from './item-problem.js';

/** An item with the product, and for a variant the variant, that it stands for. */
export interface ItemRow {
  id: string;
  retailerId: string;
  role: 'product' | 'variant' | 'group';
  status: string;
  version: number;
  isDirty: boolean;
  isRemoved: boolean;
  isInFlight: boolean;
  wasSent: boolean;
  /** A rejected item, one that is not ready, and a deletion that failed rest until then. */
  retryAt: Date | null;
  metaProductId: string | null;
  agreed: Digests | null;
  missingReads: number;
  conflict: Record<string, ConflictValues> | null;
  problems: (ItemProblem & { at: string })[];
  reviewStatus: string | null;
  reviewReasons: string[];
  imageStatus: string | null;
  productId: string;
  variantId: string | null;
  /** Null: the product, or the variant, is gone. */
  product: ProductPart | null;
  variant: VariantPart | null;
}

export interface ConflictValues {
  ours: string;
  theirs: string;
}

/** As PostgreSQL writes a row into JSON. */
export interface ProductPart {
  sku: string;
  name: string;
  description: string | null;
  price: string;
  salePrice: string | null;
  saleStartsAt: string | null;
  saleEndsAt: string | null;
  availability: Availability;
  quantity: number | null;
  imageUrl: string | null;
  imageUrls: string[];
  category: string | null;
  brand: string | null;
  condition: string;
  url: string | null;
  isActive: boolean;
  isVisible: boolean;
  compliance: Compliance | null;
}

export interface VariantPart {
  sku: string;
  name: string;
  options: Record<string, string>;
  price: string;
  salePrice: string | null;
  availability: Availability;
  quantity: number | null;
  imageUrl: string | null;
  isActive: boolean;
}

/** What can be sold of the row; null for groups, which are not sold, and for what is gone. */
export function sellableOf({ role, product, variant }: ItemRow, catalogIsActive: boolean): Sellable | null {
  if (product === null || role === 'group' || (role === 'variant' && variant === null)) return null;
  const own = variant ?? product;
  const isActive = catalogIsActive && product.isActive && own.isActive;
  return {
    sku: own.sku,
    groupSku: product.sku,
    name: own.name,
    description: product.description,
    price: own.price,
    salePrice: own.salePrice,
    saleStartsAt: instant(product.saleStartsAt),
    saleEndsAt: instant(product.saleEndsAt),
    availability: own.availability,
    quantity: own.quantity,
    isActive,
    isVisible: product.isVisible,
    condition: product.condition,
    brand: product.brand,
    category: product.category,
    url: product.url,
    images: imagesOf(product, variant),
    options: variant?.options ?? {},
    compliance: product.compliance === null ? null : { ...product.compliance },
  };
}

export function itemOf(
  row: ItemRow,
  catalog: { catalogIsActive: boolean; defaults: ItemDefaults },
  now: Date,
): Item | null {
  const sellable = sellableOf(row, catalog.catalogIsActive);
  return sellable === null ? null : itemOfProduct(sellable, catalog.defaults, now);
}

/** A variant shows its own image first, then those of its product. */
function imagesOf(product: ProductPart, variant: VariantPart | null): string[] {
  const urls = [variant?.imageUrl ?? product.imageUrl, ...product.imageUrls];
  return [...new Set(urls.filter((url): url is string => url !== null))].slice(0, MOST_IMAGES);
}

/** Meta's own limit for `image`. */
const MOST_IMAGES = 21;

function instant(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
