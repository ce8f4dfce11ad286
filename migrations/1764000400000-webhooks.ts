import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What Meta posted, unchanged, kept until it has taken effect and for a while after. */
export class Webhooks1764000400000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // No foreign key: its check would cost more than the row, and would wait for any transaction that changes the
    // organization.
    await db.query(`
      CREATE TABLE webhook_events (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        received_at timestamptz NOT NULL,
        signed_with varchar(16) NOT NULL,
        body bytea NOT NULL,
        status varchar(10) NOT NULL DEFAULT 'received',
        attempts smallint NOT NULL DEFAULT 0,
        next_attempt_at timestamptz,
        open_parts text[] NOT NULL DEFAULT '{}',
        failure_reason text,
        processed_at timestamptz,
        CONSTRAINT webhook_events_pkey PRIMARY KEY (id),
        CONSTRAINT webhook_events_status_check
          CHECK (status IN ('received', 'retry', 'processed', 'unhandled', 'failed'))
      )`);
    // Every row is written once and changed once: the first vacuum must not wait for a fifth of a large table.
    await db.query(`
      ALTER TABLE webhook_events SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05)`);
    await db.query(`CREATE INDEX webhook_events_inbox_idx ON webhook_events (id) WHERE status = 'received'`);
    await db.query(
      `CREATE INDEX webhook_events_retry_idx ON webhook_events (next_attempt_at) WHERE status = 'retry'`,
    );
    await db.query(`
      CREATE INDEX webhook_events_open_idx ON webhook_events (organization_id, id)
       WHERE status IN ('retry', 'unhandled', 'failed')`);
    await db.query(`CREATE INDEX webhook_events_list_idx ON webhook_events (organization_id, id)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE webhook_events');
  }
}
