import { centsOf, typedAmount } from '../../lib/money.ts';
import type { Product, ProductBody } from './products.query.ts';

/** A product as it stands in the form: everything is text. */
export interface ProductDraft {
  name: string;
  sku: string;
  description: string;
  price: string;
  salePrice: string;
  category: string;
  brand: string;
  url: string;
  tags: string;
  availability: NonNullable<Product['availability']>;
  isActive: boolean;
  isVisible: boolean;
  /** The first is the cover. */
  images: readonly string[];
}

export const NEW_PRODUCT: ProductDraft = {
  ...{
    name: '',
    sku: '',
    description: '',
    price: '',
    salePrice: '',
    category: '',
    brand: '',
    url: '',
    tags: '',
  },
  ...{ availability: 'in_stock', isActive: true, isVisible: true, images: [] },
};

export function draftOf(product: Product): ProductDraft {
  const { name, sku, price, salePrice, description, category, brand, url, tags, imageUrl, imageUrls } =
    product;
  const [isActive, isVisible] = [product.isActive ?? true, product.isVisible ?? true];
  return {
    ...{ name, sku, price, salePrice: salePrice ?? '', description: description ?? '' },
    ...{ category: category ?? '', brand: brand ?? '', url: url ?? '', tags: (tags ?? []).join(', ') },
    ...{ availability: product.availability ?? 'in_stock', isActive, isVisible },
    images: [...(typeof imageUrl === 'string' ? [imageUrl] : []), ...(imageUrls ?? [])],
  };
}

export type Wrong = 'missing' | 'amount' | 'sale';

/** What cannot be sent as it is, by field. */
export function wrongIn(draft: ProductDraft): Partial<Record<keyof ProductDraft, Wrong>> {
  const { name, sku, price, salePrice } = draft;
  const [full, sale] = [typedAmount(price), salePrice.trim() === '' ? undefined : typedAmount(salePrice)];
  const isSaleAmount = salePrice.trim() === '' || sale !== undefined;
  const isSaleBelow = full === undefined || sale === undefined || centsOf(sale) < centsOf(full);
  return {
    ...(name.trim() === '' ? { name: 'missing' as const } : {}),
    ...(sku.trim() === '' ? { sku: 'missing' as const } : {}),
    ...(full === undefined ? { price: 'amount' as const } : {}),
    ...(isSaleAmount
      ? isSaleBelow
        ? {}
        : { salePrice: 'sale' as const }
      : { salePrice: 'amount' as const }),
  };
}

/** Only what differs: what others changed meanwhile stays. */
export function changesOf(draft: ProductDraft, before: ProductDraft): ProductBody {
  const body = bodyOf(draft);
  const old = bodyOf(before);
  const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  return Object.fromEntries(
    Object.entries(body).filter(
      ([field, value]) => !isSame(value, Object.entries(old).find(([name]) => name === field)?.[1]),
    ),
  );
}

export function bodyOf(draft: ProductDraft) {
  const orNone = (text: string): string | null => (text.trim() === '' ? null : text.trim());
  const [cover, ...others] = draft.images;
  const { availability, isActive, isVisible } = draft;
  return {
    ...{ name: draft.name.trim(), sku: draft.sku.trim(), description: orNone(draft.description) },
    price: typedAmount(draft.price) ?? '',
    salePrice: draft.salePrice.trim() === '' ? null : (typedAmount(draft.salePrice) ?? null),
    ...{ category: orNone(draft.category), brand: orNone(draft.brand), url: orNone(draft.url) },
    tags: listOf(draft.tags),
    ...{ availability, isActive, isVisible, imageUrl: cover ?? null, imageUrls: others },
  };
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
