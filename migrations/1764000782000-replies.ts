import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the few recipients who answered among the million of a campaign. */
export class Replies1764000782000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX campaign_recipients_replies_idx ON campaign_recipients (campaign_id, id)
       WHERE responded_at IS NOT NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX campaign_recipients_replies_idx`);
  }
}
