import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The job that reminds reads the carts whose next reminder is due, and not every abandoned one each minute. */
export class DueReminders1764000792100 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX whatsapp_carts_reminders_idx ON whatsapp_carts (organization_id, reminders_done, abandoned_at)
        WHERE status = 'abandoned'`);
    // The new index finds the abandoned carts of an organization as well.
    await db.query(`DROP INDEX whatsapp_carts_abandoned_idx`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX whatsapp_carts_abandoned_idx ON whatsapp_carts (organization_id, abandoned_at)
        WHERE status = 'abandoned'`);
    await db.query(`DROP INDEX whatsapp_carts_reminders_idx`);
  }
}
