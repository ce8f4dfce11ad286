import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happened, written in the transaction that did it, and who wants to hear of what. */
export class Events1764000650000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // `seq` orders the events of one person: ids come from the clocks of several processes, a sequence from one place.
    // `recorded_xid` lets a reader go on where it stopped without missing a transaction that commits late.
    // The sum is a bigint: abs() of the least integer has no integer.
    await db.query(`
      CREATE TABLE domain_events (
        id uuid NOT NULL DEFAULT new_id(),
        seq bigint GENERATED ALWAYS AS IDENTITY,
        organization_id uuid NOT NULL,
        kind varchar(40) NOT NULL,
        customer_id uuid,
        object_id uuid,
        campaign_id uuid,
        data jsonb NOT NULL,
        depth smallint NOT NULL DEFAULT 0,
        chain uuid[] NOT NULL DEFAULT '{}',
        partition smallint NOT NULL GENERATED ALWAYS AS (
          (abs(hashtext(coalesce(customer_id, object_id, organization_id)::text)::bigint) % 16)::smallint
        ) STORED,
        recorded_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        occurred_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        dispatched_at timestamptz,
        CONSTRAINT domain_events_pkey PRIMARY KEY (id)
      )`);
    await db.query(
      `CREATE INDEX domain_events_customer_idx ON domain_events (organization_id, customer_id) WHERE customer_id IS NOT NULL`,
    );
    await db.query(`CREATE INDEX domain_events_recorded_idx ON domain_events (organization_id, recorded_at)`);
    await db.query(
      `CREATE INDEX domain_events_stream_idx ON domain_events (organization_id, recorded_xid, seq)`,
    );
    await db.query(
      `CREATE INDEX domain_events_waiting_idx ON domain_events (partition, seq) WHERE dispatched_at IS NULL`,
    );

    await db.query(`
      CREATE TABLE event_wants (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        kind varchar(40) NOT NULL,
        campaign_id uuid,
        source varchar(20) NOT NULL,
        source_id uuid NOT NULL,
        expires_at timestamptz,
        CONSTRAINT event_wants_pkey PRIMARY KEY (id),
        CONSTRAINT event_wants_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(`CREATE INDEX event_wants_kind_idx ON event_wants (organization_id, kind)`);
    await db.query(`CREATE INDEX event_wants_source_idx ON event_wants (source, source_id)`);
    await db.query(`
      CREATE TABLE event_wants_version (
        id boolean NOT NULL DEFAULT true CHECK (id),
        version bigint NOT NULL DEFAULT 0,
        CONSTRAINT event_wants_version_pkey PRIMARY KEY (id)
      )`);
    await db.query(`INSERT INTO event_wants_version DEFAULT VALUES`);
    await db.query(`
      CREATE FUNCTION count_event_wants_version() RETURNS trigger LANGUAGE plpgsql AS $fn$
      BEGIN
        UPDATE event_wants_version SET version = version + 1;
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE TRIGGER event_wants_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON event_wants
        FOR EACH STATEMENT EXECUTE FUNCTION count_event_wants_version()`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['event_wants_version', 'event_wants', 'domain_events']) {
      await db.query(`DROP TABLE ${table}`);
    }
    await db.query(`DROP FUNCTION count_event_wants_version()`);
  }
}
