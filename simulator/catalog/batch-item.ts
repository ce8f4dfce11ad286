import { asText, isObject, listOf, type JsonObject } from '../json.js';
import type { Catalog, Catalogs } from './catalogs.js';
import { parseBatchPrice, type Price } from './price.js';
import { isProductField } from './product-node.js';

const RENAMED: Readonly<Record<string, string>> = {
  title: 'name',
  link: 'url',
  image_link: 'image_url',
  additional_image_link: 'additional_image_urls',
  item_group_id: 'retailer_product_group_id',
  google_product_category: 'category',
  fb_product_category: 'category',
  mpn: 'manufacturer_part_number',
};
const HANDLED = new Set([
  'id',
  'price',
  'sale_price',
  'sale_price_effective_date',
  'image',
  'video',
  'additional_variant_attribute',
  'disabled_capabilities',
  'external_update_time',
]);
const REQUIRED = ['title', 'description', 'availability', 'condition', 'price', 'link', 'brand'];
const AVAILABILITIES = ['in stock', 'out of stock', 'available for order', 'discontinued'];

export interface BatchItem {
  retailerId: string;
  errors: string[];
  warnings: string[];
  apply: () => void;
}

/** One request of `items_batch`: validated when it is submitted, applied when the batch runs. */
export function readBatchItem(
  catalogs: Catalogs,
  catalog: Catalog,
  request: unknown,
  allowUpsert: boolean,
): BatchItem {
  const { method, data } = isObject(request) ? request : {};
  const item = isObject(data) ? data : {};
  const retailerId = asText(item.id) ?? '';
  const verb = asText(method)?.toUpperCase() ?? '';
  const found: BatchItem = { retailerId, errors: [], warnings: [], apply: () => undefined };
  if (retailerId === '') found.errors.push('A required field is missing: id.');
  if (verb === 'DELETE') {
    found.apply = () => {
      const product = catalog.products.get(retailerId);
      if (product !== undefined) catalogs.removeProduct(product);
    };
    return found;
  }
  if (verb !== 'CREATE' && verb !== 'UPDATE') {
    found.errors.push('method must be CREATE, UPDATE or DELETE.');
    return found;
  }
  const exists = catalog.products.has(retailerId);
  if (!exists && verb === 'UPDATE' && !allowUpsert) found.errors.push(`Item ${retailerId} does not exist.`);
  const missing = exists ? [] : REQUIRED.filter((name) => item[name] === undefined);
  if (!exists && item.image === undefined && item.image_link === undefined) missing.push('image_link');
  for (const name of missing) found.errors.push(`A required field is missing: ${name}.`);
  if (item.availability !== undefined && !AVAILABILITIES.includes(asText(item.availability) ?? '')) {
    found.errors.push(`availability must be one of ${AVAILABILITIES.join(', ')}.`);
  }
  const price = readPrice(item, 'price', found);
  const salePrice = readPrice(item, 'sale_price', found);
  const fields = nodeFields(item, found);
  found.apply = () => {
    catalogs.put(catalog, retailerId, price ?? undefined, salePrice, fields);
  };
  return found;
}

/** An empty text clears the price; a missing one keeps it. */
function readPrice(item: JsonObject, name: string, found: BatchItem): Price | null | undefined {
  const value = item[name];
  if (value === undefined) return undefined;
  if (value === '' && name === 'sale_price') return null;
  const price = parseBatchPrice(asText(value) ?? '');
  if (price === undefined) found.errors.push(`${name} must look like "9.99 USD".`);
  return price;
}

function nodeFields(item: JsonObject, found: BatchItem): JsonObject {
  const fields: JsonObject = {};
  for (const [name, value] of Object.entries(item)) {
    const nodeName = RENAMED[name] ?? name;
    if (isProductField(nodeName)) fields[nodeName] = value;
    else if (!HANDLED.has(name)) found.warnings.push(`Unknown field: ${name}.`);
  }
  const [first, ...more] = listOf(item.image).map((image) =>
    isObject(image) ? asText(image.url) : undefined,
  );
  if (first !== undefined) {
    fields.image_url = first;
    fields.additional_image_urls = more;
  }
  const dates = asText(item.sale_price_effective_date);
  if (dates !== undefined) {
    const [start, end] = dates.split('/');
    fields.sale_price_start_date = start === '' ? undefined : start;
    fields.sale_price_end_date = end;
  }
  const attributes = asText(item.additional_variant_attribute);
  if (attributes !== undefined) {
    fields.additional_variant_attributes = Object.fromEntries(
      attributes.split(',').map((pair) => {
        const [key = '', value = ''] = pair.split(':');
        return [key, value] as const;
      }),
    );
  }
  return fields;
}
