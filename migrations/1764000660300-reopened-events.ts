import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Up to which confirmation of a sender its earlier events have been opened again: the first start does it for all. */
export class ReopenedEvents1764000660300 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE senders ADD COLUMN events_reopened_for timestamptz');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE senders DROP COLUMN events_reopened_for');
  }
}
