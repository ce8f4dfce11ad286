import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';

export interface DueVisibility {
  organizationId: string;
  catalogId: string;
  isPublic: boolean;
}

/**
 * Connected catalogs whose `isPublic` somebody has set. They are put off until `again`, in case the worker dies or Meta
 * refuses.
 */
export async function takeVisibilities(
  tx: EntityManager,
  { now, again, most }: { now: Date; again: Date; most: number },
): Promise<DueVisibility[]> {
  return rowsOf(
    tx,
    sql`WITH taken AS (
          UPDATE whatsapp_catalogs AS c SET visibility_due_at = ${again}
            FROM (SELECT id FROM whatsapp_catalogs
                   WHERE visibility_due_at <= ${now} AND connected_catalog_id = meta_catalog_id
                   ORDER BY visibility_due_at LIMIT ${most} FOR NO KEY UPDATE SKIP LOCKED) AS due
           WHERE c.id = due.id
          RETURNING c.organization_id, c.id, c.is_public
        )
        SELECT organization_id AS "organizationId", id AS "catalogId", is_public AS "isPublic" FROM taken`,
  );
}

/** Done, unless somebody has set it again meanwhile. */
export async function finishVisibility(
  db: EntityManager,
  { organizationId, catalogId }: DueVisibility,
  again: Date,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE whatsapp_catalogs SET visibility_due_at = NULL
         WHERE id = ${catalogId} AND organization_id = ${organizationId} AND visibility_due_at = ${again}`,
  );
}

/** As it was just set at Meta. */
export async function storeVisibility(
  db: EntityManager,
  { organizationId, catalogId }: { organizationId: string; catalogId: string },
  isPublic: boolean,
  now: Date,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE whatsapp_catalogs SET is_public = ${isPublic}, visibility_due_at = NULL, updated_at = ${now}
         WHERE id = ${catalogId} AND organization_id = ${organizationId}`,
  );
}
