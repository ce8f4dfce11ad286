import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the engine needs to know about campaigns and recipients, and the slices in which it takes them. */
export class Sending1764000520000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE organizations
        ADD COLUMN frequency_cap_messages smallint,
        ADD COLUMN frequency_cap_days smallint,
        ADD COLUMN stop_confirmation text,
        ADD COLUMN start_confirmation text,
        ADD CONSTRAINT organizations_frequency_cap_check
          CHECK ((frequency_cap_messages IS NULL) = (frequency_cap_days IS NULL))`);
    await db.query(`
      ALTER TABLE marketing_campaigns
        ADD COLUMN released_on date,
        ADD COLUMN breaker_first_failures smallint DEFAULT 10,
        ADD COLUMN breaker_failure_percent smallint DEFAULT 50,
        ADD COLUMN breaker_min_attempts integer NOT NULL DEFAULT 50,
        ADD COLUMN attempts_judged integer NOT NULL DEFAULT 0,
        ADD COLUMN attempts_failed integer NOT NULL DEFAULT 0,
        ADD COLUMN failure_cause integer,
        ADD COLUMN failure_causes_differ boolean NOT NULL DEFAULT false`);
    await db.query(`
      ALTER TABLE campaign_recipients
        ADD COLUMN attempts smallint NOT NULL DEFAULT 0,
        ADD COLUMN attempted_at timestamptz`);
    // Messages are found by Meta's id through whatsapp_messages. Without this index the record of an answer touches
    // no index of the recipient.
    await db.query(`DROP INDEX campaign_recipients_message_idx`);
    await db.query(`
      CREATE INDEX campaign_recipients_retry_idx ON campaign_recipients (campaign_id, next_attempt_at)
       WHERE next_attempt_at IS NOT NULL`);
    // Each row changes a handful of times within minutes and then never again.
    await db.query(`
      ALTER TABLE campaign_recipients
        SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)`);
    await db.query(`
      ALTER TABLE campaign_send_schedule ADD COLUMN messages_taken integer NOT NULL DEFAULT 0`);
    await db.query(`
      CREATE TABLE campaign_slices (
        id uuid NOT NULL,
        campaign_id uuid NOT NULL,
        sender_id uuid NOT NULL,
        send_date date NOT NULL,
        first_recipient uuid NOT NULL,
        last_recipient uuid NOT NULL,
        size integer NOT NULL,
        state varchar(10) NOT NULL DEFAULT 'waiting',
        due_at timestamptz NOT NULL,
        tries integer NOT NULL DEFAULT 0,
        leased_until timestamptz,
        last_claim_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT campaign_slices_pkey PRIMARY KEY (id),
        CONSTRAINT campaign_slices_campaign_fkey FOREIGN KEY (campaign_id)
          REFERENCES marketing_campaigns (id) ON DELETE CASCADE,
        CONSTRAINT campaign_slices_state_check CHECK (state IN ('waiting', 'taken', 'in_doubt', 'done'))
      ) WITH (fillfactor = 70)`);
    await db.query(`
      CREATE INDEX campaign_slices_open_idx ON campaign_slices (due_at) WHERE state IN ('waiting', 'taken')`);
    await db.query(`
      CREATE INDEX campaign_slices_doubt_idx ON campaign_slices (last_claim_at) WHERE state = 'in_doubt'`);
    await db.query(`CREATE INDEX campaign_slices_pace_idx ON campaign_slices (campaign_id, last_claim_at)`);
    // A batch that sends two and delivers fifty of earlier days is proposed to the day's row with a rate of 2,500
    // percent before it is added to the existing counts, and that is more than the column can hold.
    await this.definePercent(db, 'least(100, greatest(0, round(100.0 * part / whole, 2)))');
  }

  async down(db: QueryRunner): Promise<void> {
    await this.definePercent(db, 'round(100.0 * part / whole, 2)');
    await db.query('DROP TABLE campaign_slices');
    await db.query('ALTER TABLE campaign_send_schedule DROP COLUMN messages_taken');
    await db.query(
      'ALTER TABLE campaign_recipients RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)',
    );
    await db.query('DROP INDEX campaign_recipients_retry_idx');
    await db.query(`
      CREATE INDEX campaign_recipients_message_idx ON campaign_recipients (whatsapp_message_id)
       WHERE whatsapp_message_id IS NOT NULL`);
    await db.query('ALTER TABLE campaign_recipients DROP COLUMN attempts, DROP COLUMN attempted_at');
    await db.query(`
      ALTER TABLE marketing_campaigns
        DROP COLUMN released_on, DROP COLUMN breaker_first_failures, DROP COLUMN breaker_failure_percent,
        DROP COLUMN breaker_min_attempts, DROP COLUMN attempts_judged, DROP COLUMN attempts_failed,
        DROP COLUMN failure_cause, DROP COLUMN failure_causes_differ`);
    await db.query(`
      ALTER TABLE organizations
        DROP CONSTRAINT organizations_frequency_cap_check,
        DROP COLUMN frequency_cap_messages, DROP COLUMN frequency_cap_days,
        DROP COLUMN stop_confirmation, DROP COLUMN start_confirmation`);
  }

  private async definePercent(db: QueryRunner, share: string): Promise<void> {
    await db.query(`
      CREATE OR REPLACE FUNCTION percent_of(part integer, whole integer) RETURNS numeric
      LANGUAGE sql IMMUTABLE PARALLEL SAFE
      AS 'SELECT CASE WHEN whole = 0 THEN 0 ELSE ${share} END'`);
  }
}
