import type { MigrationInterface, QueryRunner } from 'typeorm';

const UNCLAIMED = `FROM new_rows n WHERE NOT EXISTS (
        SELECT FROM whatsapp_catalog_items i
         WHERE i.catalog_id = n.catalog_id AND i.retailer_id = n.sku AND i.removed_at IS NULL
           AND i.product_id = n.product_id AND i.variant_id IS NOT DISTINCT FROM n.id
        OFFSET 0)`;

const claim = (role: string) => `
  CREATE OR REPLACE FUNCTION claim_skus_of_variants() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET search_path FROM CURRENT AS $fn$
  BEGIN
    IF NOT EXISTS (SELECT ${UNCLAIMED}) THEN RETURN NULL; END IF;
    PERFORM claim_catalog_items(
      array_agg(n.organization_id), array_agg(n.catalog_id), array_agg(n.sku::text), array_agg(${role}),
      array_agg(n.product_id), array_agg(n.id), array_agg(n.updated_at)) ${UNCLAIMED};
    IF EXISTS (SELECT ${UNCLAIMED}) THEN
      RAISE EXCEPTION 'the sku is taken'
        USING ERRCODE = 'unique_violation', CONSTRAINT = 'whatsapp_catalog_items_retailer_idx';
    END IF;
    RETURN NULL;
  END $fn$`;

/** Variants that raw SQL inserts: PostgreSQL could not tell the type of their role, and refused them. */
export class RawVariants1764000671000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(claim(`'variant'::text`));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(claim(`'variant'`));
  }
}
