import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many people a portfolio has reached in the moving day, how fast a number may send, and until when it rests. */
export class Quota1764000510000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE senders
        ADD COLUMN paused_until timestamptz,
        ADD COLUMN uses_marketing_api boolean NOT NULL DEFAULT false`);
    // `people_counted` is the number of rows of portfolio_reach later than `counted_since`. The people who have since
    // left the moving day are then a short stretch of the index, not a count of everyone in it.
    await db.query(`
      ALTER TABLE portfolios
        ADD COLUMN late_delivery_allowance integer NOT NULL DEFAULT 0,
        ADD COLUMN people_counted integer NOT NULL DEFAULT 0,
        ADD COLUMN counted_since timestamptz`);
    // One row for each person of the last day. `counted_at` is the latest time they were counted, `earlier` the times
    // before it, to which a refusal falls back.
    await db.query(`
      CREATE TABLE portfolio_reach (
        portfolio_id uuid NOT NULL,
        phone_number varchar(16) NOT NULL,
        counted_at timestamptz NOT NULL,
        earlier timestamptz[] NOT NULL DEFAULT '{}',
        CONSTRAINT portfolio_reach_pkey PRIMARY KEY (portfolio_id, phone_number),
        CONSTRAINT portfolio_reach_portfolio_fkey FOREIGN KEY (portfolio_id)
          REFERENCES portfolios (id) ON DELETE CASCADE
      )`);
    await db.query(`CREATE INDEX portfolio_reach_counted_idx ON portfolio_reach (portfolio_id, counted_at)`);
    await db.query(`
      CREATE TABLE sender_pace (
        sender_id uuid NOT NULL,
        free_at timestamptz NOT NULL,
        lowered_to double precision,
        lowered_at timestamptz,
        held_until timestamptz,
        CONSTRAINT sender_pace_pkey PRIMARY KEY (sender_id),
        CONSTRAINT sender_pace_sender_fkey FOREIGN KEY (sender_id) REFERENCES senders (id) ON DELETE CASCADE
      ) WITH (fillfactor = 50)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE sender_pace');
    await db.query('DROP TABLE portfolio_reach');
    await db.query(`
      ALTER TABLE portfolios
        DROP COLUMN late_delivery_allowance, DROP COLUMN people_counted, DROP COLUMN counted_since`);
    await db.query('ALTER TABLE senders DROP COLUMN paused_until, DROP COLUMN uses_marketing_api');
  }
}
