import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For the open slices of one campaign, which a pause gives back. Alone, so that it waits for one table only. */
export class OpenSlices1764000571500 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX campaign_slices_campaign_idx ON campaign_slices (campaign_id) WHERE state IN ('waiting', 'taken')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX campaign_slices_campaign_idx');
  }
}
