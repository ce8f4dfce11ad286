import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';
import type { RemoteItem } from '../items/remote-item.js';
import type { ItemState } from './item-state.js';

interface OfCatalog {
  organizationId: string;
  catalogId: string;
}

/** Returns the ids of the items that were still as they had been judged. */
export async function storeStates(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  states: readonly ItemState[],
  now: Date,
): Promise<string[]> {
  if (states.length === 0) return [];
  const stored = await rowsOf<{ id: string }>(
    tx,
    sql`WITH found AS (
          SELECT * FROM jsonb_to_recordset(${JSON.stringify(states)}::jsonb) AS state (
            id uuid, version int, status text, "isDirty" boolean, agreed jsonb, "metaProductId" text,
            "missingReads" int, conflict jsonb, problems jsonb, "reviewStatus" text, "reviewReasons" jsonb,
            "imageStatus" text)
        ), stored AS (
          UPDATE whatsapp_catalog_items AS item
             SET status = found.status,
                 dirty_at = CASE WHEN found."isDirty" THEN coalesce(item.dirty_at, ${now}) END,
                 dirty_since = CASE WHEN found."isDirty" THEN coalesce(item.dirty_since, ${now}) END,
                 agreed = found.agreed, meta_product_id = found."metaProductId",
                 missing_reads = found."missingReads", conflict = found.conflict,
                 problems = (SELECT coalesce(jsonb_agg(
                               CASE WHEN problem ? 'at' THEN problem
                                    ELSE problem || jsonb_build_object('at', ${now.toISOString()}::text) END), '[]')
                               FROM jsonb_array_elements(found.problems) AS problem),
                 review_status = left(found."reviewStatus", 40),
                 review_reasons = ARRAY(SELECT jsonb_array_elements_text(found."reviewReasons")),
                 image_status = left(found."imageStatus", 40), updated_at = ${now}
            FROM found
           WHERE item.id = found.id AND item.version = found.version AND item.batch_id IS NULL
             AND item.removed_at IS NULL AND item.catalog_id = ${catalogId}
             AND item.organization_id = ${organizationId}
          RETURNING item.id, item.product_id, item.variant_id, item.meta_product_id
        )
        SELECT id FROM stored`,
  );
  return stored.map(({ id }) => id);
}

/** Meta's ids of the products themselves, and when they were last seen to agree. */
export async function storeProductIds(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  itemIds: readonly string[],
  now: Date,
): Promise<void> {
  if (itemIds.length === 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_products AS product
           SET meta_product_id = item.meta_product_id,
               last_sync_at = CASE WHEN item.meta_product_id IS NULL THEN product.last_sync_at ELSE ${now} END
          FROM whatsapp_catalog_items AS item
         WHERE item.id = ANY(${itemIds}::uuid[]) AND item.role <> 'variant' AND product.id = item.product_id
           AND product.catalog_id = ${catalogId} AND product.organization_id = ${organizationId}
           AND product.meta_product_id IS DISTINCT FROM item.meta_product_id`,
  );
  await execute(
    tx,
    sql`UPDATE whatsapp_product_variants AS variant
           SET meta_product_id = item.meta_product_id
          FROM whatsapp_catalog_items AS item
         WHERE item.id = ANY(${itemIds}::uuid[]) AND item.role = 'variant' AND variant.id = item.variant_id
           AND variant.catalog_id = ${catalogId} AND variant.organization_id = ${organizationId}
           AND variant.meta_product_id IS DISTINCT FROM item.meta_product_id`,
  );
}

/** Items of ours that a complete read should have shown, by SKU. */
export async function expectedItems(
  db: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  after: string,
  most: number,
): Promise<{ id: string; retailerId: string; missingReads: number }[]> {
  return rowsOf(
    db,
    sql`SELECT id, retailer_id AS "retailerId", missing_reads AS "missingReads"
          FROM whatsapp_catalog_items
         WHERE catalog_id = ${catalogId} AND organization_id = ${organizationId} AND retailer_id > ${after}
           AND agreed IS NOT NULL AND removed_at IS NULL AND batch_id IS NULL AND role <> 'group'
         ORDER BY retailer_id LIMIT ${most}`,
  );
}

/** A first absence is a hint: the item is shown as missing, and what it agreed on stays. */
export async function markMissing(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_catalog_items
           SET missing_reads = missing_reads + 1, updated_at = ${now},
               status = CASE WHEN status IN ('synced', 'rejected') THEN 'missing' ELSE status END
         WHERE catalog_id = ${catalogId} AND organization_id = ${organizationId}
           AND id = ANY(${ids}::uuid[]) AND removed_at IS NULL`,
  );
}

/** Gone at Meta for certain: nothing is agreed any more, and nothing is sent until somebody activates the product. */
export async function markGone(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_catalog_items
           SET status = 'missing', agreed = NULL, meta_product_id = NULL, dirty_at = NULL, dirty_since = NULL,
               missing_reads = greatest(missing_reads, 2), updated_at = ${now}
         WHERE catalog_id = ${catalogId} AND organization_id = ${organizationId}
           AND id = ANY(${ids}::uuid[]) AND removed_at IS NULL`,
  );
}

export async function storeFinds(
  tx: EntityManager,
  { organizationId, id: runId }: { organizationId: string; id: string },
  finds: readonly { retailerId: string; groupId: string; item: unknown }[],
): Promise<void> {
  if (finds.length === 0) return;
  await execute(
    tx,
    sql`INSERT INTO whatsapp_sync_finds (run_id, organization_id, retailer_id, group_id, item)
        SELECT ${runId}, ${organizationId}, "retailerId", "groupId", item
          FROM jsonb_to_recordset(${JSON.stringify(finds)}::jsonb) AS find ("retailerId" text, "groupId" text, item jsonb)
            ON CONFLICT (run_id, retailer_id) DO NOTHING`,
  );
}

export async function forgetFinds(
  tx: EntityManager,
  runId: string,
  groups: readonly string[] | null = null,
): Promise<void> {
  await execute(
    tx,
    sql`DELETE FROM whatsapp_sync_finds
         WHERE run_id = ${runId} AND (${groups}::text[] IS NULL OR group_id = ANY(${groups}))`,
  );
}

/** The finds of the next groups, whole groups only. */
export async function nextFinds(
  db: EntityManager,
  runId: string,
  groups: number,
): Promise<{ groupId: string; item: RemoteItem }[]> {
  return rowsOf(
    db,
    sql`SELECT group_id AS "groupId", item FROM whatsapp_sync_finds
         WHERE run_id = ${runId}
           AND group_id IN (SELECT DISTINCT group_id FROM whatsapp_sync_finds
                             WHERE run_id = ${runId} ORDER BY group_id LIMIT ${groups})
         ORDER BY group_id, retailer_id`,
  );
}

/** Products in the order in which everything locks them, then their variants. */
export async function lockProducts(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  productIds: readonly string[],
): Promise<void> {
  await rowsOf(
    tx,
    sql`SELECT 1 FROM whatsapp_products
         WHERE catalog_id = ${catalogId} AND organization_id = ${organizationId} AND id = ANY(${productIds}::uuid[])
         ORDER BY id FOR UPDATE`,
  );
  await rowsOf(
    tx,
    sql`SELECT 1 FROM whatsapp_product_variants
         WHERE catalog_id = ${catalogId} AND organization_id = ${organizationId}
           AND product_id = ANY(${productIds}::uuid[])
         ORDER BY id FOR UPDATE`,
  );
}
