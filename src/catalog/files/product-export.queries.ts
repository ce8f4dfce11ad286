import type { EntityManager } from 'typeorm';
import { identifier, join, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import { PRODUCT_COLUMNS, VARIANT_COLUMNS } from '../products/product-columns.js';
import type { ExportedProduct, ExportedVariant } from './product-cells.js';

const columnsOf = (list: Readonly<Record<string, readonly [column: string, type: string]>>): Sql =>
  join(
    Object.entries(list).map(([field, [column]]) => sql`${identifier(column)} AS ${identifier(field)}`),
    ', ',
  );

/** In the order of creation. */
export async function productsAfter(
  db: EntityManager,
  catalogId: string,
  after: string | undefined,
  limit: number,
): Promise<ExportedProduct[]> {
  const newer = after === undefined ? sql`true` : sql`id > ${after}`;
  return rowsOf(
    db,
    sql`SELECT id, sku, currency, ${columnsOf(PRODUCT_COLUMNS)} FROM whatsapp_products
         WHERE catalog_id = ${catalogId} AND ${newer} ORDER BY id LIMIT ${limit}`,
  );
}

/** In the order of creation within each product. */
export async function variantsOf(
  db: EntityManager,
  productIds: readonly string[],
): Promise<ExportedVariant[]> {
  return rowsOf(
    db,
    sql`SELECT product_id AS "productId", sku, ${columnsOf(VARIANT_COLUMNS)} FROM whatsapp_product_variants
         WHERE product_id = ANY(${productIds}::uuid[]) ORDER BY product_id, id`,
  );
}
