import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the importer says of the consent of all people on a list. */
export class ImportConsent1764000780000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE customer_imports
        ADD COLUMN consent_source varchar(200),
        ADD COLUMN consent_at timestamptz,
        ADD COLUMN consent_text varchar(2000)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      `ALTER TABLE customer_imports DROP COLUMN consent_source, DROP COLUMN consent_at, DROP COLUMN consent_text`,
    );
  }
}
