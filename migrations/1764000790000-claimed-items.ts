import type { MigrationInterface, QueryRunner } from 'typeorm';

const FUNCTION = `
  CREATE OR REPLACE FUNCTION claim_catalog_items(
    organizations uuid[], catalogs uuid[], skus text[], roles text[], products uuid[], variants uuid[],
    times timestamptz[]) RETURNS SETOF text LANGUAGE plpgsql
    SET enable_seqscan = off SET search_path FROM CURRENT AS $fn$`;

const WANTED = `unnest(organizations, catalogs, skus, roles, products, variants, times)
           AS n (organization_id, catalog_id, sku, role, product_id, variant_id, at)`;

const DIRTY = `
         dirty_at = excluded.updated_at, dirty_since = coalesce(i.dirty_since, excluded.updated_at),
         version = i.version + 1, retry_at = NULL, updated_at = excluded.updated_at,
         status = CASE WHEN i.status IN ('synced', 'rejected', 'not_ready', 'missing') THEN 'dirty' ELSE i.status END`;

const INSERT = `
    INSERT INTO whatsapp_catalog_items AS i
      (organization_id, catalog_id, retailer_id, role, product_id, variant_id, dirty_since, dirty_at,
       created_at, updated_at)
    SELECT n.organization_id, n.catalog_id, n.sku, n.role, n.product_id, n.variant_id, n.at, n.at, n.at, n.at
      FROM ${WANTED}
     ORDER BY n.catalog_id, n.sku COLLATE "C"`;

/**
 * A claim no longer locks the items that it does not get. It held them while it waited for products, whose holders
 * waited for the items: two imports of the same file met in a deadlock. Items of deleted products are locked in the
 * order of their SKUs.
 */
export class ClaimedItems1764000790000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`${FUNCTION}
  BEGIN
    RETURN QUERY ${INSERT}
        ON CONFLICT (catalog_id, retailer_id) DO NOTHING
    RETURNING i.retailer_id::text;

    RETURN QUERY
    WITH removed AS MATERIALIZED (
      SELECT i.id
        FROM whatsapp_catalog_items i
        JOIN ${WANTED}
          ON i.catalog_id = n.catalog_id AND i.retailer_id = n.sku
       WHERE i.removed_at IS NOT NULL
       ORDER BY i.catalog_id, i.retailer_id
         FOR UPDATE OF i
    ), excluded AS (
      SELECT n.catalog_id, n.sku, n.role, n.product_id, n.variant_id, n.at AS updated_at FROM ${WANTED}
    )
    UPDATE whatsapp_catalog_items i
       SET ${DIRTY},
           conflict = NULL, removed_at = NULL, role = excluded.role,
           product_id = excluded.product_id, variant_id = excluded.variant_id
      FROM excluded
     WHERE i.id IN (SELECT id FROM removed)
       AND i.catalog_id = excluded.catalog_id AND i.retailer_id = excluded.sku AND i.removed_at IS NOT NULL
    RETURNING i.retailer_id::text;
  END $fn$`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`${FUNCTION}
  BEGIN
    RETURN QUERY ${INSERT}
        ON CONFLICT (catalog_id, retailer_id) DO UPDATE
       SET ${DIRTY},
           conflict = NULL, removed_at = NULL, role = excluded.role,
           product_id = excluded.product_id, variant_id = excluded.variant_id
     WHERE i.removed_at IS NOT NULL
    RETURNING i.retailer_id::text;
  END $fn$`);
  }
}
