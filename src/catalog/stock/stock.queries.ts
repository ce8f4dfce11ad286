import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';
import type { KnownStock, Sellable, StockMoves } from './stock-moves.js';

/**
 * Locks the stock of these sellables: products in the order of their ids, then variants in the order of theirs. The
 * products of variants too: what is written with the stock counts on their rows. Not FOR UPDATE, which would also stop
 * the foreign keys of rows that name them.
 */
export async function lockStock(
  tx: EntityManager,
  organizationId: string,
  sellables: readonly Sellable[],
): Promise<KnownStock[]> {
  const products = [...new Set(sellables.map(({ productId }) => productId))];
  const asked = new Set(
    sellables.flatMap(({ productId, variantId }) => (variantId === null ? [productId] : [])),
  );
  const variants = [...new Set(sellables.flatMap(({ variantId }) => variantId ?? []))];
  const locked = products.length === 0 ? [] : await lockProducts(tx, organizationId, products);
  return [
    ...locked.filter(({ productId }) => asked.has(productId)),
    ...(variants.length === 0 ? [] : await lockVariants(tx, organizationId, variants)),
  ];
}

async function lockProducts(
  tx: EntityManager,
  organizationId: string,
  ids: readonly string[],
): Promise<KnownStock[]> {
  return rowsOf(
    tx,
    sql`SELECT id AS "productId", NULL AS "variantId", quantity, reserved_quantity AS "reservedQuantity",
               has_variants AS "isGroup"
          FROM whatsapp_products WHERE organization_id = ${organizationId} AND id = ANY(${ids}::uuid[])
         ORDER BY id FOR NO KEY UPDATE`,
  );
}

async function lockVariants(
  tx: EntityManager,
  organizationId: string,
  ids: readonly string[],
): Promise<KnownStock[]> {
  return rowsOf(
    tx,
    sql`SELECT product_id AS "productId", id AS "variantId", quantity, reserved_quantity AS "reservedQuantity",
               false AS "isGroup"
          FROM whatsapp_product_variants WHERE organization_id = ${organizationId} AND id = ANY(${ids}::uuid[])
         ORDER BY id FOR NO KEY UPDATE`,
  );
}

/** Writes the sums of what was decided on locked rows. An untracked quantity stays null, whatever is added to it. */
export async function changeStock(
  tx: EntityManager,
  organizationId: string,
  changes: StockMoves['changes'],
  now: Date,
): Promise<void> {
  const ofProducts = changes.filter(({ variantId }) => variantId === null);
  const ofVariants = changes.filter(({ variantId }) => variantId !== null);
  if (ofProducts.length > 0) {
    await execute(
      tx,
      sql`UPDATE whatsapp_products p
             SET quantity = p.quantity + n.quantity, reserved_quantity = p.reserved_quantity + n.reserved,
                 updated_at = ${now}
            FROM unnest(${ofProducts.map(({ productId }) => productId)}::uuid[],
                        ${ofProducts.map(({ quantity }) => quantity)}::int[],
                        ${ofProducts.map(({ reserved }) => reserved)}::int[]) AS n (id, quantity, reserved)
           WHERE p.organization_id = ${organizationId} AND p.id = n.id`,
    );
  }
  if (ofVariants.length > 0) {
    await execute(
      tx,
      sql`UPDATE whatsapp_product_variants v
             SET quantity = v.quantity + n.quantity, reserved_quantity = v.reserved_quantity + n.reserved,
                 updated_at = ${now}
            FROM unnest(${ofVariants.map(({ variantId }) => variantId)}::uuid[],
                        ${ofVariants.map(({ quantity }) => quantity)}::int[],
                        ${ofVariants.map(({ reserved }) => reserved)}::int[]) AS n (id, quantity, reserved)
           WHERE v.organization_id = ${organizationId} AND v.id = n.id`,
    );
  }
}

/** Starts or sets the count of one locked sellable. */
export async function setQuantity(
  tx: EntityManager,
  organizationId: string,
  { productId, variantId }: Sellable,
  quantity: number,
  now: Date,
): Promise<void> {
  await execute(
    tx,
    variantId === null
      ? sql`UPDATE whatsapp_products SET quantity = ${quantity}, updated_at = ${now}
             WHERE organization_id = ${organizationId} AND id = ${productId}`
      : sql`UPDATE whatsapp_product_variants SET quantity = ${quantity}, updated_at = ${now}
             WHERE organization_id = ${organizationId} AND id = ${variantId}`,
  );
}
