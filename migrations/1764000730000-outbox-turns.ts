import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Each finds a few rows among any number: those to delete, those that wait for the messaging limit, and those that wait
 * for their sender.
 */
export class OutboxTurns1764000730000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX message_outbox_ended_idx ON message_outbox (expires_at)
       WHERE state IN ('done', 'failed', 'expired', 'skipped')`);
    await db.query(`
      CREATE INDEX message_outbox_quota_idx ON message_outbox (sender_id, priority, is_marketing, id)
       WHERE state = 'waiting' AND wait_reason = 'quota'`);
    await db.query(`
      CREATE INDEX message_outbox_halted_idx ON message_outbox (sender_id)
       WHERE state = 'waiting' AND wait_reason = 'sender'`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const name of ['ended', 'quota', 'halted']) await db.query(`DROP INDEX message_outbox_${name}_idx`);
  }
}
