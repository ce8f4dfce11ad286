import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';
import type { Digests } from '../items/item-fields.js';
import type { ItemProblem } from '../items/item-problem.js';

interface OfCatalog {
  organizationId: string;
  catalogId: string;
}

export interface OpenBatch {
  id: string;
  handle: string | null;
  items: number;
  polls: number;
  nextPollAt: Date | null;
  sentAt: Date;
}

/** Batches of the catalog that are not settled, whichever run made them. */
export async function openBatches(
  db: EntityManager,
  { organizationId, catalogId }: OfCatalog,
): Promise<OpenBatch[]> {
  return rowsOf(
    db,
    sql`SELECT id, handle, items, polls, next_poll_at AS "nextPollAt", coalesce(sent_at, created_at) AS "sentAt"
          FROM whatsapp_sync_batches
         WHERE catalog_id = ${catalogId} AND organization_id = ${organizationId} AND status IN ('sending', 'polling')
         ORDER BY id`,
  );
}

export async function insertBatch(
  tx: EntityManager,
  { organizationId, catalogId, id: runId }: OfCatalog & { id: string },
  batch: { id: string; items: number },
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO whatsapp_sync_batches
          (id, organization_id, catalog_id, run_id, status, items, sent_at, created_at, updated_at)
        VALUES (${batch.id}, ${organizationId}, ${catalogId}, ${runId}, 'sending', ${batch.items}, ${now}, ${now},
                ${now})`,
  );
}

/** What is about to be sent, noted before it is: after a crash the same items are sent again as they are then. */
export async function putInBatch(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  batchId: string,
  items: readonly { id: string; sending: Digests }[],
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_catalog_items AS item
           SET batch_id = ${batchId}, sending = sent.sending, sending_version = item.version, status = 'sending',
               sent_at = ${now}, retry_at = NULL, updated_at = ${now}
          FROM jsonb_to_recordset(${JSON.stringify(items)}::jsonb) AS sent (id uuid, sending jsonb)
         WHERE item.id = sent.id AND item.catalog_id = ${catalogId} AND item.organization_id = ${organizationId}`,
  );
}

export async function storeHandle(
  tx: EntityManager,
  batchId: string,
  handle: string,
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_sync_batches
           SET status = 'polling', handle = ${handle}, next_poll_at = ${now}, updated_at = ${now}
         WHERE id = ${batchId} AND status = 'sending'`,
  );
}

export async function putOffPoll(
  tx: EntityManager,
  batchId: string,
  polls: number,
  nextPollAt: Date,
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_sync_batches SET polls = ${polls}, next_poll_at = ${nextPollAt}, updated_at = ${now}
         WHERE id = ${batchId} AND status = 'polling'`,
  );
}

/** False: the batch was settled already. */
export async function closeBatch(
  tx: EntityManager,
  batchId: string,
  status: 'finished' | 'failed' | 'lost',
  { errorsTotal, problems }: { errorsTotal: number | null; problems: readonly object[] },
  now: Date,
): Promise<boolean> {
  const closed = await execute(
    tx,
    sql`UPDATE whatsapp_sync_batches
           SET status = ${status}, errors_total = ${errorsTotal}, problems = ${JSON.stringify(problems)}::jsonb,
               next_poll_at = NULL, finished_at = ${now}, updated_at = ${now}
         WHERE id = ${batchId} AND status IN ('sending', 'polling')`,
  );
  return closed === 1;
}

/** The items of a batch that Meta did not take: they are dirty as before. */
export async function releaseItems(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  batchId: string,
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_catalog_items
           SET batch_id = NULL, sending = NULL, sending_version = NULL, status = 'dirty', updated_at = ${now}
         WHERE batch_id = ${batchId} AND catalog_id = ${catalogId} AND organization_id = ${organizationId}`,
  );
}

export interface BatchItem {
  id: string;
  retailerId: string;
  role: 'product' | 'variant' | 'group';
  isRemoved: boolean;
  isNew: boolean;
  isDeletion: boolean;
  /** Its last batch was rejected too. */
  wasRejected: boolean;
  sending: Digests;
  productId: string;
  variantId: string | null;
}

export async function itemsOfBatch(
  db: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  batchId: string,
): Promise<BatchItem[]> {
  return rowsOf(
    db,
    sql`SELECT id, retailer_id AS "retailerId", role, removed_at IS NOT NULL AS "isRemoved", agreed IS NULL AS "isNew",
               coalesce(sending, '{}') = '{}' AS "isDeletion", coalesce(sending, '{}') AS sending,
               problems @> '[{"code": "rejected"}]' AS "wasRejected", product_id AS "productId",
               variant_id AS "variantId"
          FROM whatsapp_catalog_items
         WHERE batch_id = ${batchId} AND catalog_id = ${catalogId} AND organization_id = ${organizationId}
         ORDER BY retailer_id`,
  );
}

/**
 * Accepted: agreed is what was sent, whatever it is now. An item that has changed since stays dirty. `agreed` of the
 * parameter replaces what was sent where the catalog itself was read.
 */
export async function settleAccepted(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  batchId: string,
  items: readonly { id: string; agreed: Digests | null }[],
  now: Date,
): Promise<void> {
  if (items.length === 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_catalog_items AS item
           SET agreed = coalesce(item.agreed, '{}') || item.sending || coalesce(settled.agreed, '{}'),
               status = CASE WHEN item.version = item.sending_version THEN 'synced' ELSE 'dirty' END,
               dirty_at = CASE WHEN item.version = item.sending_version THEN NULL ELSE item.dirty_at END,
               dirty_since = CASE WHEN item.version = item.sending_version THEN NULL ELSE item.dirty_since END,
               problems = '[]', missing_reads = 0, retry_at = NULL,
               batch_id = NULL, sending = NULL, sending_version = NULL, updated_at = ${now}
          FROM jsonb_to_recordset(${JSON.stringify(items)}::jsonb) AS settled (id uuid, agreed jsonb)
         WHERE item.id = settled.id AND item.batch_id = ${batchId} AND item.catalog_id = ${catalogId}
           AND item.organization_id = ${organizationId}`,
  );
  await execute(
    tx,
    sql`UPDATE whatsapp_products AS product
           SET last_sync_at = ${now},
               meta_product_id = CASE WHEN item.role = 'product' THEN item.meta_product_id
                                      ELSE product.meta_product_id END
          FROM whatsapp_catalog_items AS item
         WHERE item.id = ANY(${items.map(({ id }) => id)}::uuid[]) AND product.id = item.product_id
           AND item.meta_product_id IS NOT NULL
           AND product.catalog_id = ${catalogId} AND product.organization_id = ${organizationId}`,
  );
  // Of a SKU that was deleted and used again before Meta heard of it.
  await execute(
    tx,
    sql`UPDATE whatsapp_product_variants AS variant SET meta_product_id = item.meta_product_id
          FROM whatsapp_catalog_items AS item
         WHERE item.id = ANY(${items.map(({ id }) => id)}::uuid[]) AND variant.id = item.variant_id
           AND item.meta_product_id IS NOT NULL AND variant.meta_product_id IS DISTINCT FROM item.meta_product_id
           AND variant.catalog_id = ${catalogId} AND variant.organization_id = ${organizationId}`,
  );
}

/** Rejected: the problem is kept, and the item rests until somebody changes it or a day has passed. */
export async function settleRejected(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  batchId: string,
  items: readonly { id: string; problems: ItemProblem[] }[],
  { now, retryAt }: { now: Date; retryAt: Date },
): Promise<void> {
  if (items.length === 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_catalog_items AS item
           SET status = CASE WHEN item.version = item.sending_version THEN 'rejected' ELSE 'dirty' END,
               retry_at = CASE WHEN item.version = item.sending_version THEN ${retryAt}::timestamptz END,
               problems = (SELECT jsonb_agg(problem || jsonb_build_object('at', ${now.toISOString()}::text))
                             FROM jsonb_array_elements(settled.problems) AS problem),
               batch_id = NULL, sending = NULL, sending_version = NULL, updated_at = ${now}
          FROM jsonb_to_recordset(${JSON.stringify(items)}::jsonb) AS settled (id uuid, problems jsonb)
         WHERE item.id = settled.id AND item.batch_id = ${batchId} AND item.catalog_id = ${catalogId}
           AND item.organization_id = ${organizationId}`,
  );
}

/** Deleted at Meta, and a look-up has confirmed it: the tombstone has done its work. A group keeps its SKU. */
export async function settleDeleted(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  const own = sql`id = ANY(${ids}::uuid[]) AND catalog_id = ${catalogId} AND organization_id = ${organizationId}`;
  await execute(
    tx,
    sql`DELETE FROM whatsapp_catalog_items WHERE ${own} AND removed_at IS NOT NULL AND version = sending_version`,
  );
  // A SKU that was used again while its deletion was under way, or a product that lost its variants: a new item.
  await execute(
    tx,
    sql`UPDATE whatsapp_catalog_items
           SET agreed = NULL, meta_product_id = NULL,
               status = CASE WHEN version = sending_version THEN 'synced' ELSE 'dirty' END,
               dirty_at = CASE WHEN version = sending_version THEN NULL ELSE dirty_at END,
               dirty_since = CASE WHEN version = sending_version THEN NULL ELSE dirty_since END,
               batch_id = NULL, sending = NULL, sending_version = NULL, problems = '[]', updated_at = ${now}
         WHERE ${own}`,
  );
}

/** Deleted, says the batch, and still there, says the catalog: once more, later. */
export async function retryDeletions(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  ids: readonly string[],
  { now, retryAt }: { now: Date; retryAt: Date },
): Promise<void> {
  if (ids.length === 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_catalog_items
           SET status = 'dirty', retry_at = ${retryAt}, batch_id = NULL, sending = NULL, sending_version = NULL,
               updated_at = ${now}
         WHERE id = ANY(${ids}::uuid[]) AND catalog_id = ${catalogId} AND organization_id = ${organizationId}`,
  );
}

/** Items that need no call: there is nothing to change at Meta. */
export async function settleWithoutCall(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  ids: readonly string[],
  status: 'synced' | 'missing',
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_catalog_items
           SET status = ${status}, dirty_at = NULL, dirty_since = NULL, retry_at = NULL, updated_at = ${now}
         WHERE id = ANY(${ids}::uuid[]) AND catalog_id = ${catalogId} AND organization_id = ${organizationId}`,
  );
}

/** Tombstones of items that Meta never had. */
export async function dropTombstones(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await execute(
    tx,
    sql`DELETE FROM whatsapp_catalog_items
         WHERE id = ANY(${ids}::uuid[]) AND removed_at IS NOT NULL AND catalog_id = ${catalogId}
           AND organization_id = ${organizationId}`,
  );
}

export async function markNotReady(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  items: readonly { id: string; problems: ItemProblem[] }[],
  { now, retryAt }: { now: Date; retryAt: Date },
): Promise<void> {
  if (items.length === 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_catalog_items AS item
           SET status = 'not_ready', retry_at = ${retryAt}, updated_at = ${now},
               problems = (SELECT jsonb_agg(problem || jsonb_build_object('at', ${now.toISOString()}::text))
                             FROM jsonb_array_elements(lacking.problems) AS problem)
          FROM jsonb_to_recordset(${JSON.stringify(items)}::jsonb) AS lacking (id uuid, problems jsonb)
         WHERE item.id = lacking.id AND item.catalog_id = ${catalogId} AND item.organization_id = ${organizationId}`,
  );
}

/** What they lacked may be there now. */
export async function wakeNotReady(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_catalog_items SET retry_at = NULL, updated_at = ${now}
         WHERE catalog_id = ${catalogId} AND organization_id = ${organizationId} AND dirty_at IS NOT NULL
           AND status = 'not_ready' AND retry_at IS NOT NULL`,
  );
}

/** Sent and accepted, but Meta's id is not known yet. */
export async function withoutMetaId(
  db: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  after: string,
  most: number,
): Promise<string[]> {
  const rows = await rowsOf<{ sku: string }>(
    db,
    sql`SELECT retailer_id AS sku FROM whatsapp_catalog_items
         WHERE catalog_id = ${catalogId} AND organization_id = ${organizationId} AND meta_product_id IS NULL
           AND agreed IS NOT NULL AND agreed <> '{}' AND removed_at IS NULL AND role <> 'group'
           AND retailer_id > ${after}
         ORDER BY retailer_id LIMIT ${most}`,
  );
  return rows.map(({ sku }) => sku);
}

export interface SeenItem {
  retailerId: string;
  metaProductId: string;
  reviewStatus: string | null;
  reviewReasons: string[];
  imageStatus: string | null;
  problems: ItemProblem[];
}

export interface StoredItem {
  id: string;
  productId: string;
  variantId: string | null;
  reviewStatus: string | null;
}

/** What Meta says about items that have just been sent; none of it makes an item dirty. */
export async function storeSeen(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  seen: readonly SeenItem[],
  now: Date,
): Promise<StoredItem[]> {
  return rowsOf(
    tx,
    sql`WITH stored AS (
          UPDATE whatsapp_catalog_items AS item
             SET meta_product_id = seen."metaProductId", review_status = left(seen."reviewStatus", 40),
                 review_reasons = ARRAY(SELECT jsonb_array_elements_text(seen."reviewReasons")),
                 image_status = left(seen."imageStatus", 40), updated_at = ${now},
                 problems = CASE WHEN seen.problems = '[]' THEN item.problems ELSE
                   (SELECT jsonb_agg(problem || jsonb_build_object('at', ${now.toISOString()}::text))
                      FROM jsonb_array_elements(seen.problems) AS problem) END
            FROM jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) AS seen (
                   "retailerId" text, "metaProductId" text, "reviewStatus" text, "reviewReasons" jsonb,
                   "imageStatus" text, problems jsonb)
           WHERE item.catalog_id = ${catalogId} AND item.organization_id = ${organizationId}
             AND item.retailer_id = seen."retailerId" AND item.removed_at IS NULL
             AND item.meta_product_id IS DISTINCT FROM seen."metaProductId"
          RETURNING item.id, item.product_id, item.variant_id, item.review_status
        )
        SELECT id, product_id AS "productId", variant_id AS "variantId", review_status AS "reviewStatus" FROM stored`,
  );
}

/** Webhooks say that these batches are done: they are polled at once. Returns the handles that are ours. */
export async function pollAtOnce(
  db: EntityManager,
  handles: readonly string[],
  catalogIds: readonly string[],
  now: Date,
): Promise<string[]> {
  if (handles.length === 0) return [];
  const rows = await rowsOf<{ handle: string }>(
    db,
    sql`WITH known AS (
          UPDATE whatsapp_sync_batches
             SET next_poll_at = CASE WHEN status = 'polling' THEN least(next_poll_at, ${now}) ELSE next_poll_at END
           WHERE handle = ANY(${handles}) AND catalog_id = ANY(${catalogIds}::uuid[])
          RETURNING handle
        )
        SELECT handle FROM known`,
  );
  return rows.map(({ handle }) => handle);
}
