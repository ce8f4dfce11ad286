import { randomBytes } from 'node:crypto';
import { selectFields } from '../graph/graph-call.js';
import type { JsonObject } from '../json.js';
import type { Product } from './catalogs.js';
import { displayPrice } from './price.js';

const TEXT_FIELDS = [
  'name',
  'description',
  'rich_text_description',
  'brand',
  'category',
  'image_url',
  'additional_image_urls',
  'url',
  'retailer_product_group_id',
  'additional_variant_attributes',
  'color',
  'size',
  'pattern',
  'material',
  'gender',
  'age_group',
  'manufacturer_part_number',
  'gtin',
  'inventory',
  'quantity_to_sell_on_facebook',
  'sale_price_start_date',
  'sale_price_end_date',
  'origin_country',
  'importer_name',
  'importer_address',
  'manufacturer_info',
  'wa_compliance_category',
  'custom_label_0',
  'custom_label_1',
  'custom_label_2',
  'custom_label_3',
  'custom_label_4',
  'internal_label',
] as const;

const NODE_FIELDS = new Set<string>([...TEXT_FIELDS, 'availability', 'condition', 'visibility']);

/** Whether a product node has this field, so that a write may set it. */
export function isProductField(name: string): boolean {
  return NODE_FIELDS.has(name);
}

/** A product as `GET` shows it: the price is a display string there, in whatever form it was written. */
export function productNode({ id, retailerId, price, salePrice, fields, review }: Product): JsonObject {
  return {
    ...Object.fromEntries(TEXT_FIELDS.map((name) => [name, undefined])),
    availability: 'in stock',
    condition: 'new',
    visibility: 'published',
    ...fields,
    id,
    retailer_id: retailerId,
    price: price === undefined ? undefined : displayPrice(price),
    sale_price: salePrice === undefined ? undefined : displayPrice(salePrice),
    currency: price?.currency,
    image_fetch_status: fields.image_url === undefined ? 'NO_STATUS' : 'FETCHED',
    review_status: review.status.toLowerCase(),
    review_rejection_reasons: review.reasons.length === 0 ? undefined : review.reasons,
    capability_to_review_status: [{ key: 'WHATSAPP', value: review.status }],
    capabilities_disabled_by_user: undefined,
    errors: undefined,
    invalidation_errors: undefined,
  };
}

export function showProduct(
  product: Product,
  fields: unknown,
  images: 'keep' | 'rehost' = 'keep',
): JsonObject {
  const node = productNode(product);
  // Meta serves a copy of its own under an address that is signed for each read.
  if (images === 'rehost' && node.image_url !== undefined) {
    node.image_url = `https://scontent.example.com/v/${product.id}.jpg?oh=${randomBytes(8).toString('hex')}`;
  }
  return selectFields(node, 'ProductItem', fields, ['id', 'name', 'retailer_id']);
}
