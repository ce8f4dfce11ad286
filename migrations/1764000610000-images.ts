import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A file lies outside the database, so it cannot disappear in the transaction that forgets it. While it is removed its
 * row says so, and an upload of the same image waits: otherwise the removal would take the new file with it.
 */
export class Images1764000610000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE whatsapp_images ADD COLUMN removing_since timestamptz');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE whatsapp_images DROP COLUMN removing_since');
  }
}
