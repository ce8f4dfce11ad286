import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When Meta reported what is stored, because its webhooks repeat events and deliver them in any order. */
export class LastEvents1764000590000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // By kind or cause: the time of the last event applied, and digests of the events of that second.
    await db.query(`
      ALTER TABLE whatsapp_templates
        ADD COLUMN last_events jsonb NOT NULL DEFAULT '{}',
        ADD COLUMN listed_at timestamptz`);
    await db.query(`
      ALTER TABLE senders
        ADD COLUMN last_events jsonb NOT NULL DEFAULT '{}',
        ADD COLUMN account_blocks jsonb NOT NULL DEFAULT '{}'`);
    // Which event paused them is not known any more: an end to any block ends this one, as it did before.
    await db.query(`
      UPDATE senders
         SET account_blocks = jsonb_build_object('unknown',
               jsonb_build_object('reason', coalesce(status_reason, ''), 'until', paused_until))
       WHERE status = 'paused' AND paused_by = 'account'`);
    await db.query(`ALTER TABLE portfolios ADD COLUMN limit_last_event jsonb`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE portfolios DROP COLUMN limit_last_event`);
    await db.query(`ALTER TABLE senders DROP COLUMN account_blocks, DROP COLUMN last_events`);
    await db.query(`ALTER TABLE whatsapp_templates DROP COLUMN listed_at, DROP COLUMN last_events`);
  }
}
