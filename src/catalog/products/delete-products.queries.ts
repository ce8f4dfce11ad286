import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { CatalogPlace, ProductPlace } from './shown-products.queries.js';

/** Retires the items of deleted SKUs: Meta has yet to hear of it. */
async function retireItems(
  tx: EntityManager,
  catalogId: string,
  skus: readonly string[],
  now: Date,
): Promise<void> {
  await rowsOf(
    tx,
    sql`SELECT retire_catalog_items(${skus.map(() => catalogId)}::uuid[], ${skus}::text[], ${now}::timestamptz)`,
  );
}

/** A product with its variants, its stock and its movements. False: there is no such product. */
export async function deleteProduct(
  tx: EntityManager,
  { organizationId, catalogId }: CatalogPlace,
  id: string,
  now: Date,
): Promise<boolean> {
  const product = await firstOf<{ sku: string }>(
    tx,
    sql`SELECT sku FROM whatsapp_products
         WHERE organization_id = ${organizationId} AND catalog_id = ${catalogId} AND id = ${id} FOR UPDATE`,
  );
  if (product === undefined) return false;
  const variants = await rowsOf<{ sku: string }>(
    tx,
    sql`SELECT sku FROM whatsapp_product_variants WHERE product_id = ${id} ORDER BY id FOR UPDATE`,
  );
  await retireItems(tx, catalogId, [product.sku, ...variants.map(({ sku }) => sku)], now);
  await execute(
    tx,
    sql`DELETE FROM whatsapp_products WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
  return true;
}

/** False: there is no such variant. Without its last variant a product is sold itself again. */
export async function deleteVariant(
  tx: EntityManager,
  { organizationId, catalogId, productId }: ProductPlace,
  id: string,
  now: Date,
): Promise<boolean> {
  // The product first, and with its new time: that is when it changes if this is its last variant.
  await execute(
    tx,
    sql`UPDATE whatsapp_products SET updated_at = ${now}
         WHERE organization_id = ${organizationId} AND catalog_id = ${catalogId} AND id = ${productId}`,
  );
  const variant = await firstOf<{ sku: string }>(
    tx,
    sql`SELECT sku FROM whatsapp_product_variants
         WHERE organization_id = ${organizationId} AND catalog_id = ${catalogId} AND product_id = ${productId}
           AND id = ${id} FOR UPDATE`,
  );
  if (variant === undefined) return false;
  await retireItems(tx, catalogId, [variant.sku], now);
  await execute(
    tx,
    sql`DELETE FROM whatsapp_product_variants WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
  return true;
}
