import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What happened to a template: who submitted and edited it here, and what Meta made of it. Meta's budgets of creations
 * and edits are counted from it as well.
 */
export class TemplateEvents1764000691000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE template_events (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        business_account_id varchar(64) NOT NULL,
        name varchar(512) NOT NULL,
        language varchar(20) NOT NULL,
        kind varchar(40) NOT NULL,
        before varchar(40),
        after varchar(40),
        reason text,
        actor_id uuid,
        at timestamptz NOT NULL,
        CONSTRAINT template_events_pkey PRIMARY KEY (id),
        CONSTRAINT template_events_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(`
      CREATE INDEX template_events_name_idx ON template_events (organization_id, name, language, id)`);
    await db.query(`
      CREATE INDEX template_events_account_idx ON template_events (business_account_id, kind, at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE template_events');
  }
}
