import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reads the audit log once. Requests go on meanwhile: validating a constraint holds up no reads and no writes. */
export class MonthsProven1764000660100 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      DO $do$
      DECLARE name text;
      BEGIN
        FOR name IN SELECT conname FROM pg_constraint
                     WHERE conrelid = 'audit_log'::regclass AND conname LIKE 'audit_log_until_%' LOOP
          EXECUTE format('ALTER TABLE audit_log VALIDATE CONSTRAINT %I', name);
        END LOOP;
      END $do$`);
  }

  async down(): Promise<void> {
    // The constraint goes with the migration before.
  }
}
