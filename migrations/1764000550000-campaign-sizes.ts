import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What campaigns publish for recipients, which are below them: whose a campaign is, and its own counter of recipients.
 * A plain selection, so PostgreSQL inlines it and plans as if the table were read directly.
 */
export class CampaignSizes1764000550000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE VIEW campaign_sizes AS
      SELECT id AS campaign_id, organization_id, total_target_customers AS recipients FROM marketing_campaigns`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP VIEW campaign_sizes');
  }
}
