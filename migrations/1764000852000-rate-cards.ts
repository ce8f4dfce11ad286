import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Price lists of Meta, as people upload them: no price is shipped, because prices change every quarter. */
export class RateCards1764000852000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE rate_cards (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        business_account_id varchar(64),
        name varchar(200) NOT NULL,
        currency varchar(3) NOT NULL,
        effective_from date NOT NULL,
        uploaded_by uuid,
        created_at timestamptz NOT NULL,
        CONSTRAINT rate_cards_pkey PRIMARY KEY (id),
        CONSTRAINT rate_cards_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(`
      CREATE INDEX rate_cards_effective_idx ON rate_cards (organization_id, effective_from)`);
    await db.query(`
      CREATE TABLE rate_card_rows (
        card_id uuid NOT NULL,
        market varchar(60) NOT NULL,
        category varchar(40) NOT NULL,
        from_volume bigint NOT NULL,
        to_volume bigint,
        price numeric(12, 6) NOT NULL,
        CONSTRAINT rate_card_rows_pkey PRIMARY KEY (card_id, market, category, from_volume),
        CONSTRAINT rate_card_rows_card_fkey FOREIGN KEY (card_id) REFERENCES rate_cards (id) ON DELETE CASCADE,
        CONSTRAINT rate_card_rows_check CHECK
          (from_volume >= 0 AND (to_volume IS NULL OR to_volume > from_volume) AND price >= 0)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE rate_card_rows, rate_cards');
  }
}
