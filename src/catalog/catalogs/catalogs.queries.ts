import type { EntityManager } from 'typeorm';
import { execute, firstOf, sql } from '../../platform/database/sql.js';

/**
 * Deletes what a locked catalog holds. Its items first: then the triggers on products find nothing to keep for Meta, and
 * no tombstones are written only to be deleted.
 */
export async function emptyCatalog(tx: EntityManager, organizationId: string, id: string): Promise<void> {
  await execute(
    tx,
    sql`DELETE FROM whatsapp_catalog_items WHERE organization_id = ${organizationId} AND catalog_id = ${id}`,
  );
  await execute(
    tx,
    sql`DELETE FROM whatsapp_products WHERE organization_id = ${organizationId} AND catalog_id = ${id}`,
  );
}

/** Whether any item has been sent to the catalog at Meta, or was found there. */
export async function hasBeenSent(tx: EntityManager, catalogId: string): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM whatsapp_catalog_items
         WHERE catalog_id = ${catalogId}
           AND (sent_at IS NOT NULL OR agreed IS NOT NULL OR meta_product_id IS NOT NULL) LIMIT 1`,
  );
  return row !== undefined;
}
