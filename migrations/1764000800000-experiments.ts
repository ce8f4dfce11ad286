import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Experiments within a campaign: which variant a recipient is in stands on its row, and what the claim must know
 * stands on the campaign's. New columns with constant defaults, so that no row of a large table is rewritten.
 */
export class Experiments1764000800000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE marketing_campaigns
        ADD COLUMN winner smallint,
        ADD COLUMN open_wave smallint NOT NULL DEFAULT 32767`);
    await db.query(`
      ALTER TABLE campaign_recipients
        ADD COLUMN variant smallint,
        ADD COLUMN wave smallint NOT NULL DEFAULT 0,
        ADD COLUMN opted_out_at timestamptz`);
    await db.query(`
      CREATE TABLE campaign_experiments (
        campaign_id uuid NOT NULL,
        state varchar(8) NOT NULL DEFAULT 'draft',
        mode varchar(8),
        seed varchar(64) NOT NULL,
        holdout_bp smallint NOT NULL DEFAULT 0,
        sample_percent smallint NOT NULL DEFAULT 20,
        max_sample integer,
        min_per_variant integer NOT NULL DEFAULT 100,
        primary_metric varchar(10),
        outcome_window interval,
        analysis varchar(10) NOT NULL DEFAULT 'sequential',
        alpha numeric(6,5) NOT NULL DEFAULT 0.05,
        decision varchar(9) NOT NULL DEFAULT 'automatic',
        on_no_winner varchar(5) NOT NULL DEFAULT 'best',
        max_opt_out_rate numeric(6,5) NOT NULL DEFAULT 0.02,
        started_at timestamptz,
        decided_at timestamptz,
        decided_by varchar(100),
        decision_basis varchar(20),
        decision_reason text,
        decision_known jsonb,
        invalid_at timestamptz,
        invalid_reason text,
        finished_at timestamptz,
        opt_out_paused_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT campaign_experiments_pkey PRIMARY KEY (campaign_id),
        CONSTRAINT campaign_experiments_campaign_fkey FOREIGN KEY (campaign_id)
          REFERENCES marketing_campaigns (id) ON DELETE CASCADE,
        CONSTRAINT campaign_experiments_holdout_check CHECK (holdout_bp BETWEEN 0 AND 5000)
      )`);
    await db.query(`
      CREATE TABLE campaign_variants (
        campaign_id uuid NOT NULL,
        number smallint NOT NULL,
        key varchar(20) NOT NULL,
        name varchar(100),
        weight_bp smallint NOT NULL,
        template_name varchar(512),
        language_code varchar(20),
        template_variables jsonb,
        template_components jsonb,
        links jsonb,
        send_at varchar(5),
        template_hash varchar(64),
        dropped_at timestamptz,
        CONSTRAINT campaign_variants_pkey PRIMARY KEY (campaign_id, number),
        CONSTRAINT campaign_variants_experiment_fkey FOREIGN KEY (campaign_id)
          REFERENCES campaign_experiments (campaign_id) ON DELETE CASCADE,
        CONSTRAINT campaign_variants_key_key UNIQUE (campaign_id, key),
        CONSTRAINT campaign_variants_number_check CHECK (number BETWEEN 1 AND 8)
      )`);
    await db.query(`
      CREATE TABLE experiment_looks (
        campaign_id uuid NOT NULL,
        at timestamptz NOT NULL,
        looked jsonb NOT NULL,
        verdict varchar(20) NOT NULL,
        CONSTRAINT experiment_looks_pkey PRIMARY KEY (campaign_id, at),
        CONSTRAINT experiment_looks_experiment_fkey FOREIGN KEY (campaign_id)
          REFERENCES campaign_experiments (campaign_id) ON DELETE CASCADE
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE experiment_looks`);
    await db.query(`DROP TABLE campaign_variants`);
    await db.query(`DROP TABLE campaign_experiments`);
    await db.query(
      `ALTER TABLE campaign_recipients DROP COLUMN variant, DROP COLUMN wave, DROP COLUMN opted_out_at`,
    );
    await db.query(`ALTER TABLE marketing_campaigns DROP COLUMN winner, DROP COLUMN open_wave`);
  }
}
