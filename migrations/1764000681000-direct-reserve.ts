import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The part of the messaging limit that is kept from campaigns, and who has used it. */
export class DirectReserve1764000681000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE portfolios ADD COLUMN direct_reserve integer NOT NULL DEFAULT 0`);
    await db.query(`ALTER TABLE portfolio_reach ADD COLUMN is_direct boolean NOT NULL DEFAULT false`);
    await db.query(`
      CREATE INDEX portfolio_reach_direct_idx ON portfolio_reach (portfolio_id, counted_at) WHERE is_direct`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE portfolio_reach DROP COLUMN is_direct`);
    await db.query(`ALTER TABLE portfolios DROP COLUMN direct_reserve`);
  }
}
