import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the recipients of a slice in doubt are looked through next. Null: at once. */
export class DoubtfulLooks1764000660400 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE campaign_slices ADD COLUMN look_at timestamptz');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE campaign_slices DROP COLUMN look_at');
  }
}
