import type { MigrationInterface, QueryRunner } from 'typeorm';

/** That somebody has set `isPublic`, until the numbers at Meta say the same. */
export class CatalogVisibility1764000670000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE whatsapp_catalogs ADD COLUMN visibility_due_at timestamptz');
    await db.query(`
      CREATE INDEX whatsapp_catalogs_visibility_idx ON whatsapp_catalogs (visibility_due_at)
        WHERE visibility_due_at IS NOT NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE whatsapp_catalogs DROP COLUMN visibility_due_at');
  }
}
