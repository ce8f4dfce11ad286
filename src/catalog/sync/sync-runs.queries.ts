import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { RunFacts, RunMemory, RunMode, RunTrigger } from '../calls/sync-run.js';

interface OfCatalog {
  organizationId: string;
  catalogId: string;
}

export interface NewRun extends OfCatalog {
  id: string;
  mode: RunMode;
  trigger: RunTrigger;
  isDryRun: boolean;
  waitingUntil: Date | null;
}

/** False: a run of the catalog is open already. */
export async function insertRun(db: EntityManager, run: NewRun, now: Date): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`INSERT INTO whatsapp_sync_runs
          (id, organization_id, catalog_id, mode, trigger, is_dry_run, status, waiting_until, created_at, updated_at)
        SELECT ${run.id}, organization_id, id, ${run.mode}, ${run.trigger}, ${run.isDryRun}, 'queued',
               ${run.waitingUntil}::timestamptz, ${now}, ${now}
          FROM whatsapp_catalogs WHERE id = ${run.catalogId} AND organization_id = ${run.organizationId}
        ON CONFLICT (catalog_id) WHERE status IN ('queued', 'running') DO NOTHING
        RETURNING id`,
  );
  return row !== undefined;
}

/**
 * The open run of the catalog, with another to follow it. A run that waits for its place in the night is brought
 * forward, because somebody is waiting now.
 */
export async function openRun(
  db: EntityManager,
  { organizationId, catalogId }: OfCatalog,
): Promise<string | undefined> {
  const row = await firstOf<{ id: string }>(
    db,
    sql`SELECT id FROM whatsapp_sync_runs
         WHERE catalog_id = ${catalogId} AND organization_id = ${organizationId} AND status IN ('queued', 'running')`,
  );
  return row?.id;
}

export async function askForAnother(
  db: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  mode: RunMode,
  now: Date,
): Promise<string | undefined> {
  const row = await firstOf<{ id: string }>(
    db,
    sql`WITH open AS (
          UPDATE whatsapp_sync_runs
             SET again = true, updated_at = ${now},
                 waiting_until = CASE WHEN status = 'queued' THEN NULL ELSE waiting_until END,
                 progress = progress || jsonb_build_object('nextMode',
                   CASE WHEN progress ->> 'nextMode' = 'full' THEN 'full' ELSE ${mode}::text END)
           WHERE catalog_id = ${catalogId} AND organization_id = ${organizationId}
             AND status IN ('queued', 'running')
          RETURNING id
        )
        SELECT id FROM open`,
  );
  return row?.id;
}

/** A run that nobody is working on ends at once, any other after the call under way. Returns whether it has ended. */
export async function requestStop(
  db: EntityManager,
  organizationId: string,
  runId: string,
  now: Date,
): Promise<boolean> {
  const isIdle = sql`(status = 'queued' OR lease_until IS NULL)`;
  const row = await firstOf<{ hasEnded: boolean }>(
    db,
    sql`WITH asked AS (UPDATE whatsapp_sync_runs
           SET stop_requested = true, again = false, updated_at = ${now}, waiting_until = NULL,
               status = CASE WHEN ${isIdle} THEN 'stopped' ELSE status END,
               finished_at = CASE WHEN ${isIdle} THEN ${now}::timestamptz END
         WHERE id = ${runId} AND organization_id = ${organizationId} AND status IN ('queued', 'running')
        RETURNING status = 'stopped' AND NOT is_dry_run AS "hasEnded")
        SELECT "hasEnded" FROM asked`,
  );
  return row?.hasEnded === true;
}

interface TakenRow extends Omit<RunFacts, 'defaults'> {
  currency: string;
  defaultBrand: string | null;
  websiteUrl: string | null;
  defaultImageUrl: string | null;
}

/** Runs that nobody works on and that need not wait, each for one worker. */
export async function takeRuns(
  tx: EntityManager,
  { now, leaseUntil, room, except }: { now: Date; leaseUntil: Date; room: number; except: readonly string[] },
): Promise<RunFacts[]> {
  const rows = await rowsOf<TakenRow>(
    tx,
    sql`WITH due AS (
          SELECT id FROM whatsapp_sync_runs
           WHERE status IN ('queued', 'running') AND (waiting_until IS NULL OR waiting_until <= ${now})
             AND (lease_until IS NULL OR lease_until <= ${now}) AND id <> ALL(${except}::uuid[])
           ORDER BY created_at LIMIT ${room} FOR UPDATE SKIP LOCKED
        ), taken AS (
          UPDATE whatsapp_sync_runs AS run
             SET status = 'running', lease_until = ${leaseUntil}, waiting_until = NULL,
                 started_at = coalesce(run.started_at, ${now}), updated_at = ${now}
            FROM due WHERE run.id = due.id
          RETURNING run.*
        )
        SELECT run.id, run.organization_id AS "organizationId", run.catalog_id AS "catalogId", run.mode, run.trigger,
               run.is_dry_run AS "isDryRun", run.phase, run.progress AS memory, run.started_at AS "startedAt",
               c.meta_catalog_id AS "metaCatalogId", c.name AS "catalogName", c.is_active AS "catalogIsActive",
               c.sender_id AS "senderId", c.conflict_policy AS policy, c.is_adopted AS "isAdopted",
               c.connected_catalog_id AS "connectedCatalogId", c.currency, c.default_brand AS "defaultBrand",
               c.website_url AS "websiteUrl", c.default_image_url AS "defaultImageUrl"
          FROM taken AS run JOIN whatsapp_catalogs AS c ON c.id = run.catalog_id`,
  );
  return rows.map(({ currency, defaultBrand, websiteUrl, defaultImageUrl, ...run }) => ({
    ...run,
    defaults: {
      catalogName: run.catalogName,
      currency,
      defaultBrand,
      websiteUrl,
      defaultImageUrl,
      whatsappNumber: null,
    },
  }));
}

/** Frees the run for any worker, from an instant on. */
export async function releaseRun(
  db: EntityManager,
  runId: string,
  held: Date,
  release: { waitingUntil: Date | null; memory: RunMemory; problem: string | null; now: Date },
): Promise<void> {
  const { waitingUntil, memory, problem, now } = release;
  const problems = problem === null ? [] : [{ code: 'waiting', message: problem, at: now.toISOString() }];
  await execute(
    db,
    sql`UPDATE whatsapp_sync_runs
           SET lease_until = NULL, waiting_until = ${waitingUntil}::timestamptz, updated_at = ${now},
               progress = progress || ${JSON.stringify(memory)}::jsonb,
               problems = CASE WHEN jsonb_array_length(problems) >= 100 THEN problems
                               ELSE problems || ${JSON.stringify(problems)}::jsonb END
         WHERE id = ${runId} AND status = 'running' AND lease_until = ${held}`,
  );
}

export interface EndedRun {
  status: string;
  again: boolean;
  nextMode: RunMode | null;
}

/** Ends the run. `completed` becomes `partial` when items were rejected or not ready. Undefined: it was not held. */
export async function endRun(
  tx: EntityManager,
  runId: string,
  held: Date,
  { status, reason, now }: { status: 'completed' | 'failed' | 'stopped'; reason: string | null; now: Date },
): Promise<EndedRun | undefined> {
  return firstOf<EndedRun>(
    tx,
    sql`WITH ended AS (
          UPDATE whatsapp_sync_runs
             SET status = CASE WHEN ${status}::text = 'completed' AND rejected + not_ready > 0 THEN 'partial'
                               ELSE ${status}::text END,
                 failure_reason = ${reason}, lease_until = NULL, waiting_until = NULL, finished_at = ${now},
                 updated_at = ${now}
           WHERE id = ${runId} AND status = 'running' AND lease_until = ${held}
          RETURNING status, again, progress ->> 'nextMode' AS "nextMode"
        )
        SELECT * FROM ended`,
  );
}

export async function noteSynced(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_catalogs SET last_sync_at = ${now}
         WHERE id = ${catalogId} AND organization_id = ${organizationId}`,
  );
}

export async function storeMetaCatalog(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  metaCatalogId: string,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_catalogs SET meta_catalog_id = ${metaCatalogId}
         WHERE id = ${catalogId} AND organization_id = ${organizationId} AND meta_catalog_id IS NULL`,
  );
}

export async function storeConnection(
  db: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  connectedCatalogId: string | null,
  now: Date,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE whatsapp_catalogs
           SET connected_catalog_id = ${connectedCatalogId}, connection_checked_at = ${now}
         WHERE id = ${catalogId} AND organization_id = ${organizationId}`,
  );
}

export async function catalogAtMetaIsOurs(
  db: EntityManager,
  organizationId: string,
  metaCatalogId: string,
): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`SELECT 1 FROM whatsapp_catalogs
         WHERE organization_id = ${organizationId} AND meta_catalog_id = ${metaCatalogId}`,
  );
  return row !== undefined;
}

/**
 * Catalogs whose changes have waited long enough: 30 s after the last one, 120 s after the first at the latest. A run
 * that failed or was stopped is followed by a rest, unless something changes: what was wrong is seldom gone five seconds
 * later.
 */
export async function catalogsToPush(
  db: EntityManager,
  {
    now,
    lastChange,
    firstChange,
    restedSince,
  }: Record<'now' | 'lastChange' | 'firstChange' | 'restedSince', Date>,
): Promise<OfCatalog[]> {
  return rowsOf(
    db,
    sql`SELECT c.organization_id AS "organizationId", c.id AS "catalogId"
          FROM whatsapp_catalogs AS c
         WHERE c.auto_sync AND c.is_active
           AND NOT EXISTS (SELECT FROM whatsapp_sync_runs AS run
                            WHERE run.catalog_id = c.id
                              AND (run.status IN ('queued', 'running')
                                   OR (run.status IN ('failed', 'stopped') AND run.finished_at > ${restedSince}
                                       AND NOT EXISTS (SELECT FROM whatsapp_catalog_items AS news
                                                        WHERE news.catalog_id = c.id AND news.dirty_at > run.finished_at))))
           AND (SELECT max(item.dirty_at) <= ${lastChange} OR min(item.dirty_since) <= ${firstChange}
                  FROM whatsapp_catalog_items AS item
                 WHERE item.catalog_id = c.id AND item.dirty_at IS NOT NULL AND item.batch_id IS NULL
                   AND item.status <> 'conflict' AND (item.retry_at IS NULL OR item.retry_at <= ${now}))
         ORDER BY c.id LIMIT 100`,
  );
}

export async function automaticCatalogs(db: EntityManager): Promise<OfCatalog[]> {
  return rowsOf(
    db,
    sql`SELECT organization_id AS "organizationId", id AS "catalogId" FROM whatsapp_catalogs
         WHERE auto_sync AND is_active ORDER BY id`,
  );
}

export interface CatalogAtMeta extends OfCatalog {
  metaCatalogId: string;
  autoSync: boolean;
  /** A webhook has started a run within the hour. */
  wasWoken: boolean;
}

export async function catalogsAtMeta(
  db: EntityManager,
  metaCatalogIds: readonly string[],
  since: Date,
): Promise<CatalogAtMeta[]> {
  return rowsOf(
    db,
    sql`SELECT c.organization_id AS "organizationId", c.id AS "catalogId", c.meta_catalog_id AS "metaCatalogId",
               c.auto_sync AS "autoSync",
               EXISTS (SELECT FROM whatsapp_sync_runs AS run
                        WHERE run.catalog_id = c.id AND run.trigger = 'webhook' AND run.created_at > ${since})
                 AS "wasWoken"
          FROM whatsapp_catalogs AS c
         WHERE c.meta_catalog_id = ANY(${metaCatalogIds})
         ORDER BY c.id`,
  );
}

/** Sales that have ended while Meta still shows them: what is sent of the item has changed by itself. */
export async function markEndedSales(
  db: EntityManager,
  { now, since, noSale }: { now: Date; since: Date; noSale: string },
): Promise<number> {
  return execute(
    db,
    sql`UPDATE whatsapp_catalog_items AS item
           SET dirty_at = ${now}, dirty_since = ${now}, version = item.version + 1, retry_at = NULL,
               updated_at = ${now},
               status = CASE WHEN item.status IN ('synced', 'rejected', 'not_ready', 'missing') THEN 'dirty'
                             ELSE item.status END
          FROM (SELECT product.catalog_id, product.sku FROM whatsapp_products AS product
                 WHERE product.sale_ends_at > ${since} AND product.sale_ends_at <= ${now}
                UNION ALL
                SELECT variant.catalog_id, variant.sku
                  FROM whatsapp_products AS product
                  JOIN whatsapp_product_variants AS variant ON variant.product_id = product.id
                 WHERE product.sale_ends_at > ${since} AND product.sale_ends_at <= ${now}) AS ended
         WHERE item.catalog_id = ended.catalog_id AND item.retailer_id = ended.sku
           AND item.removed_at IS NULL AND item.dirty_at IS NULL AND item.role <> 'group'
           AND split_part(item.agreed ->> 'salePrice', '~', 1) <> ${noSale}`,
  );
}

/** Runs and their batches beyond the newest of a catalog, and the counts of hours that are over. */
export async function forgetOldRuns(
  db: EntityManager,
  { before, kept, hoursBefore }: { before: Date; kept: number; hoursBefore: Date },
): Promise<number> {
  await execute(db, sql`DELETE FROM whatsapp_sync_calls WHERE minute < ${hoursBefore}`);
  return execute(
    db,
    sql`DELETE FROM whatsapp_sync_runs
         WHERE id IN (SELECT id FROM (
                 SELECT id, finished_at, row_number() OVER (PARTITION BY catalog_id ORDER BY id DESC) AS place
                   FROM whatsapp_sync_runs) AS run
                WHERE place > ${kept} AND finished_at < ${before} LIMIT 5000)
           AND NOT EXISTS (SELECT FROM whatsapp_sync_batches AS batch
                            WHERE batch.run_id = whatsapp_sync_runs.id AND batch.status IN ('sending', 'polling'))`,
  );
}
