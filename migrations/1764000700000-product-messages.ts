import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which products campaigns show, and which clicks on products have been counted. */
export class ProductMessages1764000700000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // No foreign key to products: they are really deleted, and what a campaign has shown stays true.
    await db.query(`
      CREATE TABLE campaign_products (
        campaign_id uuid NOT NULL,
        product_id uuid NOT NULL,
        organization_id uuid NOT NULL,
        catalog_id uuid NOT NULL,
        shares_counted integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        CONSTRAINT campaign_products_pkey PRIMARY KEY (campaign_id, product_id),
        CONSTRAINT campaign_products_campaign_fkey FOREIGN KEY (campaign_id)
          REFERENCES marketing_campaigns (id) ON DELETE CASCADE,
        CONSTRAINT campaign_products_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(`
      CREATE TABLE product_clicks (
        organization_id uuid NOT NULL,
        click_id text NOT NULL,
        seen_at timestamptz NOT NULL,
        CONSTRAINT product_clicks_pkey PRIMARY KEY (organization_id, click_id),
        CONSTRAINT product_clicks_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(`CREATE INDEX product_clicks_seen_idx ON product_clicks (seen_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE product_clicks`);
    await db.query(`DROP TABLE campaign_products`);
  }
}
