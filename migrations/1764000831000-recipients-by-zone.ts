import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * In a transaction of its own, which locks the recipients for one pass over them and holds nothing else. No row has a
 * zone yet, so the index is empty; campaigns without the setting never write it. Like all indexes of this table it does
 * not mention status.
 */
export class RecipientZoneIndex1764000831000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    if (db.isTransactionActive) {
      await db.commitTransaction();
      await db.startTransaction();
    }
    await db.query(`
      CREATE INDEX IF NOT EXISTS campaign_recipients_zone_idx
          ON campaign_recipients (campaign_id, scheduled_send_date, zone_id, id)
       WHERE slice_id IS NULL AND zone_id IS NOT NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX campaign_recipients_zone_idx`);
  }
}
