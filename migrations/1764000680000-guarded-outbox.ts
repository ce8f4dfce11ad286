import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The outbox learns to guard: what kind of message it is, when it may go, what goes instead when the service window is
 * closed, and why it was skipped. Messages that wait already answer somebody in an open window, which is the default.
 */
export class GuardedOutbox1764000680000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE message_outbox
        ADD COLUMN category varchar(20),
        ADD COLUMN is_marketing boolean NOT NULL DEFAULT false,
        ADD COLUMN needs_open_window boolean NOT NULL DEFAULT false,
        ADD COLUMN "window" jsonb,
        ADD COLUMN priority smallint NOT NULL DEFAULT 5,
        ADD COLUMN fallback jsonb,
        ADD COLUMN automation_run_id uuid,
        ADD COLUMN wait_reason varchar(10),
        ADD COLUMN skip_reason text,
        DROP CONSTRAINT message_outbox_state_check,
        ADD CONSTRAINT message_outbox_state_check
          CHECK (state IN ('waiting', 'sending', 'done', 'failed', 'expired', 'skipped')),
        ADD CONSTRAINT message_outbox_priority_check CHECK (priority BETWEEN 1 AND 10)`);
    // For each number, rank by rank, the messages that are due: a number with a hundred thousand messages that wait for
    // tomorrow costs as little as one with none.
    await db.query(`
      CREATE INDEX message_outbox_turn_idx ON message_outbox (sender_id, priority, is_marketing, due_at)
       WHERE state = 'waiting'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX message_outbox_turn_idx`);
    await db.query(`UPDATE message_outbox SET state = 'failed' WHERE state = 'skipped'`);
    await db.query(`
      ALTER TABLE message_outbox
        DROP CONSTRAINT message_outbox_priority_check,
        DROP CONSTRAINT message_outbox_state_check,
        ADD CONSTRAINT message_outbox_state_check
          CHECK (state IN ('waiting', 'sending', 'done', 'failed', 'expired')),
        DROP COLUMN skip_reason,
        DROP COLUMN wait_reason,
        DROP COLUMN automation_run_id,
        DROP COLUMN fallback,
        DROP COLUMN priority,
        DROP COLUMN "window",
        DROP COLUMN needs_open_window,
        DROP COLUMN is_marketing,
        DROP COLUMN category`);
  }
}
