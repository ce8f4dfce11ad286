import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a sync run keeps while it lasts, and the calls it has made: Meta counts them by the hour. */
export class Sync1764000620000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE whatsapp_sync_calls (
        organization_id uuid NOT NULL,
        catalog_id uuid NOT NULL,
        kind varchar(8) NOT NULL,
        minute timestamptz NOT NULL,
        calls integer NOT NULL,
        CONSTRAINT whatsapp_sync_calls_pkey PRIMARY KEY (catalog_id, kind, minute),
        CONSTRAINT whatsapp_sync_calls_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT whatsapp_sync_calls_catalog_fkey FOREIGN KEY (catalog_id)
          REFERENCES whatsapp_catalogs (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_sync_calls_kind_check CHECK (kind IN ('write', 'read'))
      )`);
    // Items that only Meta knows, until the read is complete: the siblings of a group come on different pages.
    await db.query(`
      CREATE TABLE whatsapp_sync_finds (
        run_id uuid NOT NULL,
        retailer_id text COLLATE "C" NOT NULL,
        group_id text COLLATE "C" NOT NULL,
        organization_id uuid NOT NULL,
        item jsonb NOT NULL,
        CONSTRAINT whatsapp_sync_finds_pkey PRIMARY KEY (run_id, retailer_id),
        CONSTRAINT whatsapp_sync_finds_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT whatsapp_sync_finds_run_fkey FOREIGN KEY (run_id)
          REFERENCES whatsapp_sync_runs (id) ON DELETE CASCADE
      )`);
    await db.query(`CREATE INDEX whatsapp_sync_finds_group_idx ON whatsapp_sync_finds (run_id, group_id)`);
    // Looked at every minute for sales that have just ended.
    await db.query(`
      CREATE INDEX whatsapp_products_sale_end_idx ON whatsapp_products (sale_ends_at) WHERE sale_ends_at IS NOT NULL`);
    // Looked at every second for runs to take.
    await db.query(`
      CREATE INDEX whatsapp_sync_runs_due_idx ON whatsapp_sync_runs (waiting_until)
        WHERE status IN ('queued', 'running')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX whatsapp_sync_runs_due_idx`);
    await db.query(`DROP INDEX whatsapp_products_sale_end_idx`);
    await db.query(`DROP TABLE whatsapp_sync_finds`);
    await db.query(`DROP TABLE whatsapp_sync_calls`);
  }
}
