import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files of recipients: how far each has come, and what was wrong with its lines. */
export class RecipientImports1764000781000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE recipient_imports (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        campaign_id uuid NOT NULL,
        status varchar(12) NOT NULL,
        file_name varchar(255),
        rows_read integer NOT NULL DEFAULT 0,
        rows_added integer NOT NULL DEFAULT 0,
        rows_known integer NOT NULL DEFAULT 0,
        rows_failed integer NOT NULL DEFAULT 0,
        rows_restricted integer NOT NULL DEFAULT 0,
        rows_unsubscribed integer NOT NULL DEFAULT 0,
        failure_reason text,
        alive_until timestamptz NOT NULL,
        started_at timestamptz NOT NULL,
        progress_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT recipient_imports_pkey PRIMARY KEY (id),
        CONSTRAINT recipient_imports_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT recipient_imports_campaign_fkey FOREIGN KEY (campaign_id)
          REFERENCES marketing_campaigns (id) ON DELETE CASCADE
      )`);
    await db.query(`CREATE INDEX recipient_imports_campaign_idx ON recipient_imports (campaign_id, id)`);
    await db.query(`
      CREATE TABLE recipient_import_errors (
        import_id uuid NOT NULL,
        line integer NOT NULL,
        input varchar(200) NOT NULL,
        message text NOT NULL,
        CONSTRAINT recipient_import_errors_pkey PRIMARY KEY (import_id, line),
        CONSTRAINT recipient_import_errors_import_fkey FOREIGN KEY (import_id)
          REFERENCES recipient_imports (id) ON DELETE CASCADE
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE recipient_import_errors`);
    await db.query(`DROP TABLE recipient_imports`);
  }
}
