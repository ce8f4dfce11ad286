import type { EntityManager } from 'typeorm';
import { rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { ItemRow } from './item-row.js';

interface OfCatalog {
  organizationId: string;
  catalogId: string;
}

const SHOWN = sql`
  item.id, item.retailer_id AS "retailerId", item.role, item.status, item.version,
  item.dirty_at IS NOT NULL AS "isDirty", item.removed_at IS NOT NULL AS "isRemoved",
  item.batch_id IS NOT NULL AS "isInFlight", item.sent_at IS NOT NULL AS "wasSent",
  item.retry_at AS "retryAt",
  item.meta_product_id AS "metaProductId", item.agreed, item.missing_reads AS "missingReads", item.conflict,
  item.problems, item.review_status AS "reviewStatus", item.review_reasons AS "reviewReasons",
  item.image_status AS "imageStatus", item.product_id AS "productId", item.variant_id AS "variantId",
  CASE WHEN p.id IS NULL THEN NULL ELSE jsonb_build_object(
    'sku', p.sku, 'name', p.name, 'description', p.description, 'price', p.price::text,
    'salePrice', p.sale_price::text, 'saleStartsAt', p.sale_starts_at, 'saleEndsAt', p.sale_ends_at,
    'availability', p.availability, 'quantity', p.quantity, 'imageUrl', p.image_url, 'imageUrls', p.image_urls,
    'category', p.category, 'brand', p.brand, 'condition', p.condition, 'url', p.url,
    'isActive', p.is_active, 'isVisible', p.is_visible, 'compliance', p.compliance) END AS product,
  CASE WHEN v.id IS NULL THEN NULL ELSE jsonb_build_object(
    'sku', v.sku, 'name', v.name, 'options', v.options, 'price', v.price::text, 'salePrice', v.sale_price::text,
    'availability', v.availability, 'quantity', v.quantity, 'imageUrl', v.image_url,
    'isActive', v.is_active) END AS variant`;

const WITH_PRODUCTS = sql`
  whatsapp_catalog_items AS item
  LEFT JOIN whatsapp_products AS p ON p.id = item.product_id AND item.removed_at IS NULL
  LEFT JOIN whatsapp_product_variants AS v ON v.id = item.variant_id AND item.removed_at IS NULL`;

export async function itemsBySku(
  db: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  skus: readonly string[],
): Promise<ItemRow[]> {
  return rowsOf(
    db,
    sql`SELECT ${SHOWN} FROM ${WITH_PRODUCTS}
         WHERE item.catalog_id = ${catalogId} AND item.organization_id = ${organizationId}
           AND item.retailer_id = ANY(${skus})
         ORDER BY item.retailer_id`,
  );
}

export async function itemsById(
  db: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  ids: readonly string[],
): Promise<ItemRow[]> {
  return rowsOf(
    db,
    sql`SELECT ${SHOWN} FROM ${WITH_PRODUCTS}
         WHERE item.catalog_id = ${catalogId} AND item.organization_id = ${organizationId}
           AND item.id = ANY(${ids}::uuid[])
         ORDER BY item.retailer_id`,
  );
}

/** The items of all variants of these products. */
export async function itemsOfVariants(
  db: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  productIds: readonly string[],
): Promise<ItemRow[]> {
  if (productIds.length === 0) return [];
  return rowsOf(
    db,
    sql`SELECT ${SHOWN} FROM ${WITH_PRODUCTS}
         WHERE item.catalog_id = ${catalogId} AND item.organization_id = ${organizationId}
           AND item.retailer_id IN (SELECT sku FROM whatsapp_product_variants
                                     WHERE catalog_id = ${catalogId} AND product_id = ANY(${productIds}::uuid[]))
         ORDER BY item.retailer_id`,
  );
}

/**
 * The items that have to go to Meta now, locked, and then read: an edit that is committed between the choice and the lock
 * is in what is read. In one statement the row would have its new version and the product its old price.
 */
export async function lockItemsToSend(
  tx: EntityManager,
  of: OfCatalog,
  { now, most }: { now: Date; most: number },
): Promise<ItemRow[]> {
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`SELECT candidate.id FROM whatsapp_catalog_items AS candidate
         WHERE ${isToSend(now)} AND candidate.catalog_id = ${of.catalogId}
           AND candidate.organization_id = ${of.organizationId}
         ORDER BY candidate.removed_at IS NULL, candidate.dirty_since
         LIMIT ${most} FOR UPDATE SKIP LOCKED`,
  );
  const items = await itemsById(
    tx,
    of,
    rows.map(({ id }) => id),
  );
  return [...items.filter(({ isRemoved }) => isRemoved), ...items.filter(({ isRemoved }) => !isRemoved)];
}

/** For a dry run: the items that a push would look at, by SKU. */
export async function itemsToPlan(
  db: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  { now, most, after }: { now: Date; most: number; after: string },
): Promise<ItemRow[]> {
  return rowsOf(
    db,
    sql`SELECT ${SHOWN}
          FROM (SELECT * FROM whatsapp_catalog_items AS candidate
                 WHERE (${isToSend(now)} OR ${isWoken}) AND candidate.catalog_id = ${catalogId}
                   AND candidate.organization_id = ${organizationId} AND candidate.retailer_id > ${after}
                 ORDER BY candidate.retailer_id LIMIT ${most}) AS item
          LEFT JOIN whatsapp_products AS p ON p.id = item.product_id AND item.removed_at IS NULL
          LEFT JOIN whatsapp_product_variants AS v ON v.id = item.variant_id AND item.removed_at IS NULL
         ORDER BY item.retailer_id`,
  );
}

/** Of `candidate`: changed, in no unfinished batch, not held by a conflict, and not resting after a rejection. */
export function isToSend(now: Date): Sql {
  return sql`candidate.dirty_at IS NOT NULL AND candidate.batch_id IS NULL
             AND (candidate.status <> 'conflict' OR candidate.removed_at IS NOT NULL)
             AND (candidate.retry_at IS NULL OR candidate.retry_at <= ${now})`;
}

/** Of `candidate`: what it lacked may have come from elsewhere, as the number of the sender does. */
const isWoken = sql`(candidate.status = 'not_ready' AND candidate.dirty_at IS NOT NULL AND candidate.batch_id IS NULL)`;
