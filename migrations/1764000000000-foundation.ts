import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The base of everything else: ids, organizations, keys, audit, senders, idempotency, clock, timetables. */
export class Foundation1764000000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // PostgreSQL 18 has uuidv7(). For versions 14 to 17 we bring our own, for rows that SQL alone inserts.
    await db.query(`
      DO $do$ BEGIN
        IF current_setting('server_version_num')::int >= 180000 THEN
          CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT uuidv7()';
        ELSE
          CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $fn$
            SELECT encode(
              set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
                PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
          $fn$;
        END IF;
      END $do$`);

    await db.query(`
      CREATE TABLE organizations (
        id uuid NOT NULL DEFAULT new_id(),
        name varchar(200) NOT NULL,
        created_by_organization_id uuid,
        created_at timestamptz NOT NULL,
        CONSTRAINT organizations_pkey PRIMARY KEY (id),
        CONSTRAINT organizations_created_by_fkey FOREIGN KEY (created_by_organization_id) REFERENCES organizations (id)
      )`);
    await db.query(`CREATE INDEX organizations_created_by_idx ON organizations (created_by_organization_id)`);

    await db.query(`
      CREATE TABLE api_keys (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        name varchar(200) NOT NULL,
        prefix varchar(20) NOT NULL,
        key_hash varchar(64) NOT NULL,
        scopes text[] NOT NULL,
        is_bootstrap boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz,
        revoked_at timestamptz,
        CONSTRAINT api_keys_pkey PRIMARY KEY (id),
        CONSTRAINT api_keys_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(`CREATE UNIQUE INDEX api_keys_hash_idx ON api_keys (key_hash)`);
    await db.query(`CREATE INDEX api_keys_organization_idx ON api_keys (organization_id, id)`);

    await db.query(`
      CREATE TABLE audit_log (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        key_id uuid,
        action varchar(200) NOT NULL,
        object_id varchar(200),
        status integer,
        request_id varchar(100) NOT NULL,
        ip varchar(64),
        at timestamptz NOT NULL,
        CONSTRAINT audit_log_pkey PRIMARY KEY (id)
      )`);
    await db.query(`CREATE INDEX audit_log_organization_idx ON audit_log (organization_id, id)`);

    await db.query(`
      CREATE TABLE portfolios (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        meta_business_id varchar(80) NOT NULL,
        messaging_limit integer,
        is_unlimited boolean NOT NULL DEFAULT false,
        limit_checked_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT portfolios_pkey PRIMARY KEY (id),
        CONSTRAINT portfolios_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(
      `CREATE UNIQUE INDEX portfolios_business_idx ON portfolios (organization_id, meta_business_id)`,
    );

    await db.query(`
      CREATE TABLE senders (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        portfolio_id uuid,
        name varchar(200) NOT NULL,
        phone_number_id varchar(64) NOT NULL,
        business_account_id varchar(64),
        display_phone_number varchar(32),
        verified_name varchar(200),
        access_token_encrypted text NOT NULL,
        app_secret_encrypted text,
        is_default boolean NOT NULL DEFAULT false,
        is_from_environment boolean NOT NULL DEFAULT false,
        status varchar(20) NOT NULL DEFAULT 'active',
        status_reason text,
        paused_by varchar(20),
        health varchar(20),
        quality_rating varchar(20),
        throughput_per_second integer NOT NULL DEFAULT 80,
        throughput_level varchar(20),
        throughput_is_manual boolean NOT NULL DEFAULT false,
        synced_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT senders_pkey PRIMARY KEY (id),
        CONSTRAINT senders_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT senders_portfolio_fkey FOREIGN KEY (portfolio_id) REFERENCES portfolios (id)
      )`);
    // One number, one owner: its webhooks must lead to exactly one organization.
    await db.query(`CREATE UNIQUE INDEX senders_phone_number_idx ON senders (phone_number_id)`);
    await db.query(`CREATE INDEX senders_organization_idx ON senders (organization_id, id)`);
    await db.query(`CREATE UNIQUE INDEX senders_default_idx ON senders (organization_id) WHERE is_default`);
    await db.query(`CREATE INDEX senders_portfolio_idx ON senders (portfolio_id)`);

    await db.query(`
      CREATE TABLE idempotency_keys (
        organization_id uuid NOT NULL,
        key varchar(255) NOT NULL,
        request_hash varchar(64) NOT NULL,
        attempt uuid NOT NULL,
        state varchar(10) NOT NULL,
        status integer,
        content_type text,
        location text,
        body text,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        lease_until timestamptz NOT NULL,
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (organization_id, key)
      )`);
    await db.query(`CREATE INDEX idempotency_keys_expires_idx ON idempotency_keys (expires_at)`);

    // Values that must be the same for every process of an installation.
    await db.query(`
      CREATE TABLE installation (
        id boolean NOT NULL DEFAULT true CHECK (id),
        default_organization_id uuid NOT NULL,
        encryption_key_check text NOT NULL,
        CONSTRAINT installation_pkey PRIMARY KEY (id),
        CONSTRAINT installation_organization_fkey FOREIGN KEY (default_organization_id) REFERENCES organizations (id)
      )`);
    await db.query(`
      CREATE TABLE dev_clock (
        id boolean NOT NULL DEFAULT true CHECK (id),
        offset_ms bigint NOT NULL,
        CONSTRAINT dev_clock_pkey PRIMARY KEY (id)
      )`);
    await db.query(`
      CREATE TABLE cron_ticks (
        name varchar(100) NOT NULL,
        last_tick timestamptz NOT NULL,
        CONSTRAINT cron_ticks_pkey PRIMARY KEY (name)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of [
      'cron_ticks',
      'dev_clock',
      'installation',
      'idempotency_keys',
      'senders',
      'portfolios',
      'audit_log',
      'api_keys',
      'organizations',
    ]) {
      await db.query(`DROP TABLE ${table}`);
    }
    await db.query('DROP FUNCTION new_id()');
  }
}
