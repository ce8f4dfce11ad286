import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When to look at a campaign next, so that no loop has to look at all of them. */
export class Plans1764000570000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // Null means at once, which is what every campaign of an existing installation needs.
    await db.query(`
      ALTER TABLE marketing_campaigns
        ADD COLUMN feed_at timestamptz,
        ADD COLUMN plan_at timestamptz,
        ADD COLUMN plan_due varchar(5),
        ADD CONSTRAINT marketing_campaigns_plan_due_check CHECK (plan_due IN ('own', 'below'))`);
    await db.query(`
      CREATE INDEX marketing_campaigns_feed_idx ON marketing_campaigns (feed_at) WHERE status = 'active'`);
    await db.query(`
      CREATE INDEX marketing_campaigns_plan_idx ON marketing_campaigns (plan_at)
       WHERE status IN ('scheduled', 'active')`);
    await db.query(`
      CREATE INDEX marketing_campaigns_stopped_plan_idx ON marketing_campaigns (plan_at)
       WHERE plan_due IS NOT NULL`);
    // Owner: sending. The recipients that are released and not yet claimed.
    await db.query(`
      CREATE VIEW queued_recipients AS
      SELECT r.campaign_id, r.id
        FROM campaign_slices s
        JOIN campaign_recipients r
          ON r.campaign_id = s.campaign_id AND r.id BETWEEN s.first_recipient AND s.last_recipient AND r.slice_id = s.id
       WHERE s.state IN ('waiting', 'taken') AND r.status = 'queued'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP VIEW queued_recipients');
    await db.query(
      'ALTER TABLE marketing_campaigns DROP COLUMN feed_at, DROP COLUMN plan_at, DROP COLUMN plan_due',
    );
  }
}
