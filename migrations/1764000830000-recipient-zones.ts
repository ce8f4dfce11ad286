import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The clock of each recipient: the zone stands on the row of the recipient, and on the slice that sends to people of one
 * zone. New columns with constant defaults, so that no row of a large table is rewritten.
 */
export class RecipientZones1764000830000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE time_zones (
        id smallint GENERATED ALWAYS AS IDENTITY,
        name varchar(64) NOT NULL,
        CONSTRAINT time_zones_pkey PRIMARY KEY (id),
        CONSTRAINT time_zones_name_key UNIQUE (name)
      )`);
    await db.query(`
      ALTER TABLE marketing_campaigns
        ADD COLUMN send_in_recipient_zone boolean NOT NULL DEFAULT false,
        ADD COLUMN has_send_times boolean NOT NULL DEFAULT false`);
    await db.query(`ALTER TABLE campaign_slices ADD COLUMN zone_id smallint`);
    await db.query(`ALTER TABLE campaign_recipients ADD COLUMN zone_id smallint`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE campaign_recipients DROP COLUMN zone_id`);
    await db.query(`ALTER TABLE campaign_slices DROP COLUMN zone_id`);
    await db.query(
      `ALTER TABLE marketing_campaigns DROP COLUMN send_in_recipient_zone, DROP COLUMN has_send_times`,
    );
    await db.query(`DROP TABLE time_zones`);
  }
}
