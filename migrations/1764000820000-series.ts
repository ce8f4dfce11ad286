import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Recurring campaigns: the series, what became of each of its dates, and the campaigns that they made. */
export class Series1764000820000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE campaign_series (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        name varchar(200) NOT NULL,
        state varchar(8) NOT NULL DEFAULT 'draft',
        state_reason text,
        state_changed_at timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1,
        definition jsonb NOT NULL,
        experiment jsonb,
        schedule jsonb,
        rrule text NOT NULL,
        local_time varchar(5) NOT NULL,
        time_zone varchar(64) NOT NULL,
        starts_on date NOT NULL,
        except_dates date[] NOT NULL DEFAULT '{}',
        overlap varchar(8) NOT NULL DEFAULT 'skip',
        missed varchar(4) NOT NULL DEFAULT 'skip',
        late_tolerance interval NOT NULL DEFAULT '6 hours',
        lead_time interval NOT NULL DEFAULT '0',
        once_per_person boolean NOT NULL DEFAULT false,
        min_gap_days smallint,
        source varchar(8),
        next_local_date date,
        next_due_at timestamptz,
        next_made_at timestamptz,
        occurrences integer NOT NULL DEFAULT 0,
        created_by uuid,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT campaign_series_pkey PRIMARY KEY (id),
        CONSTRAINT campaign_series_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT campaign_series_state_check CHECK (state IN ('draft', 'active', 'paused', 'ended')),
        CONSTRAINT campaign_series_overlap_check CHECK (overlap IN ('skip', 'queue', 'parallel', 'replace')),
        CONSTRAINT campaign_series_missed_check CHECK (missed IN ('skip', 'last', 'each'))
      )`);
    await db.query(`CREATE INDEX campaign_series_list_idx ON campaign_series (organization_id, id)`);
    await db.query(
      `CREATE INDEX campaign_series_due_idx ON campaign_series (next_made_at) WHERE next_made_at IS NOT NULL`,
    );
    await db.query(`
      CREATE TABLE campaign_series_occurrences (
        id uuid NOT NULL DEFAULT new_id(),
        series_id uuid NOT NULL,
        number integer NOT NULL,
        local_date date NOT NULL,
        due_at timestamptz NOT NULL,
        state varchar(8) NOT NULL,
        reason text,
        campaign_id uuid,
        series_version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT campaign_series_occurrences_pkey PRIMARY KEY (id),
        CONSTRAINT campaign_series_occurrences_date UNIQUE (series_id, local_date),
        CONSTRAINT campaign_series_occurrences_number UNIQUE (series_id, number),
        CONSTRAINT campaign_series_occurrences_series_fkey FOREIGN KEY (series_id)
          REFERENCES campaign_series (id) ON DELETE CASCADE,
        CONSTRAINT campaign_series_occurrences_campaign_fkey FOREIGN KEY (campaign_id)
          REFERENCES marketing_campaigns (id) ON DELETE SET NULL,
        CONSTRAINT campaign_series_occurrences_state_check
          CHECK (state IN ('waiting', 'created', 'queued', 'skipped', 'missed', 'failed'))
      )`);
    await db.query(`
      CREATE INDEX campaign_series_occurrences_queued_idx ON campaign_series_occurrences (series_id)
        WHERE state = 'queued'`);
    await db.query(`
      CREATE INDEX campaign_series_occurrences_campaign_idx ON campaign_series_occurrences (campaign_id)
        WHERE campaign_id IS NOT NULL`);
    await this.createWatch(db);
    // Constant defaults write no row, and few campaigns belong to a series.
    await db.query(`
      ALTER TABLE marketing_campaigns ADD series_id uuid, ADD occurrence_id uuid,
        ADD once_per_person boolean NOT NULL DEFAULT false, ADD min_gap_days smallint`);
    await db.query(
      `CREATE INDEX marketing_campaigns_series_idx ON marketing_campaigns (series_id, id) WHERE series_id IS NOT NULL`,
    );
  }

  /** When a worker last looked, on both clocks, and the stretches in which none did. */
  private async createWatch(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE series_watch (
        id boolean NOT NULL DEFAULT true,
        looked_at timestamptz NOT NULL,
        real_at timestamptz NOT NULL,
        CONSTRAINT series_watch_pkey PRIMARY KEY (id),
        CONSTRAINT series_watch_single CHECK (id)
      )`);
    await db.query(`
      CREATE TABLE series_absences (
        began_at timestamptz NOT NULL,
        ended_at timestamptz NOT NULL,
        CONSTRAINT series_absences_pkey PRIMARY KEY (began_at)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX marketing_campaigns_series_idx`);
    await db.query(`
      ALTER TABLE marketing_campaigns DROP series_id, DROP occurrence_id, DROP once_per_person, DROP min_gap_days`);
    await db.query(`DROP TABLE series_absences`);
    await db.query(`DROP TABLE series_watch`);
    await db.query(`DROP TABLE campaign_series_occurrences`);
    await db.query(`DROP TABLE campaign_series`);
  }
}
