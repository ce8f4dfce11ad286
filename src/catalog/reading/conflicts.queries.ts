import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { Digests } from '../items/item-fields.js';
import type { ConflictValues } from '../items/item-row.js';

interface OfCatalog {
  organizationId: string;
  catalogId: string;
}

export interface ConflictRow {
  id: string;
  retailerId: string;
  productId: string;
  variantId: string | null;
  conflict: Record<string, ConflictValues>;
  updatedAt: Date;
}

export async function conflictsOf(
  db: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<ConflictRow[]> {
  return rowsOf(
    db,
    sql`SELECT id, retailer_id AS "retailerId", product_id AS "productId", variant_id AS "variantId",
               coalesce(conflict, '{}') AS conflict, updated_at AS "updatedAt"
          FROM whatsapp_catalog_items
         WHERE catalog_id = ${catalogId} AND organization_id = ${organizationId} AND status = 'conflict'
           AND removed_at IS NULL AND (${before ?? null}::uuid IS NULL OR id > ${before ?? null}::uuid)
         ORDER BY id LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countConflicts(
  db: EntityManager,
  { organizationId, catalogId }: OfCatalog,
): Promise<number> {
  const row = await firstOf<{ items: number }>(
    db,
    sql`SELECT count(*)::int AS items FROM whatsapp_catalog_items
         WHERE catalog_id = ${catalogId} AND organization_id = ${organizationId} AND status = 'conflict'
           AND removed_at IS NULL`,
  );
  return row?.items ?? 0;
}

/** Ours is to win: Meta's value is what both last agreed on, so the difference is a change of ours. */
export async function takeOurs(
  tx: EntityManager,
  { organizationId, catalogId }: OfCatalog,
  itemId: string,
  theirs: Digests,
  now: Date,
): Promise<boolean> {
  const changed = await execute(
    tx,
    sql`UPDATE whatsapp_catalog_items
           SET agreed = coalesce(agreed, '{}') || ${JSON.stringify(theirs)}::jsonb, conflict = NULL, status = 'dirty',
               dirty_at = coalesce(dirty_at, ${now}), dirty_since = coalesce(dirty_since, ${now}), updated_at = ${now}
         WHERE id = ${itemId} AND catalog_id = ${catalogId} AND organization_id = ${organizationId}
           AND status = 'conflict' AND removed_at IS NULL`,
  );
  return changed === 1;
}
