import { entityTag } from '../../platform/http/entity-tag.js';
import { PRODUCT_COLUMNS } from './product-columns.js';
import type { ProductValues } from './product-input.js';

const FIELDS = Object.keys(PRODUCT_COLUMNS) as (keyof ProductValues)[];

/** With the stock, because an editor that states it must know what was sold meanwhile; without figures and sync. */
export function productTag(product: ProductValues & { id: string }): string {
  return entityTag(
    'product',
    product.id,
    FIELDS.map((field) => product[field] ?? null),
  );
}
