import type { ProductValues, VariantValues } from './product-input.js';

type Columns<Values> = Readonly<Record<keyof Values, readonly [column: string, type: string]>>;

/** Where each value is stored. The statements that read and write them are made from these two lists. */
export const PRODUCT_COLUMNS: Columns<ProductValues> = {
  name: ['name', 'text'],
  description: ['description', 'text'],
  price: ['price', 'numeric'],
  salePrice: ['sale_price', 'numeric'],
  saleStartsAt: ['sale_starts_at', 'timestamptz'],
  saleEndsAt: ['sale_ends_at', 'timestamptz'],
  availability: ['availability', 'text'],
  quantity: ['quantity', 'integer'],
  imageUrl: ['image_url', 'text'],
  imageUrls: ['image_urls', 'text[]'],
  videoUrl: ['video_url', 'text'],
  url: ['url', 'text'],
  category: ['category', 'text'],
  brand: ['brand', 'text'],
  condition: ['condition', 'text'],
  variantOptions: ['variant_options', 'jsonb'],
  tags: ['tags', 'text[]'],
  isActive: ['is_active', 'boolean'],
  isVisible: ['is_visible', 'boolean'],
  compliance: ['compliance', 'jsonb'],
};

export const VARIANT_COLUMNS: Columns<VariantValues> = {
  name: ['name', 'text'],
  options: ['options', 'jsonb'],
  optionsKey: ['options_key', 'text'],
  price: ['price', 'numeric'],
  salePrice: ['sale_price', 'numeric'],
  availability: ['availability', 'text'],
  quantity: ['quantity', 'integer'],
  imageUrl: ['image_url', 'text'],
  isActive: ['is_active', 'boolean'],
};
