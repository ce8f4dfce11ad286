import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The words of a text, without any character that has a meaning in a tsquery. Inlined into each function that needs
 * it: while PostgreSQL builds an index, its functions cannot find ours.
 */
const wordsOf = (text: string): string => `array_remove(string_to_array(lower(translate(${text},
  E'.,;:!?@#$%^&*-_+=/|<>()[]{}''"\`~\\\\\\t\\n\\r', repeat(' ', 38))), ' '), '')`;

/** Who may be messaged, and with what: profiles, consent, suppression, imports, segments, templates. */
export class Customers1764000100000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE organizations
        ADD consent_policy varchar(10) NOT NULL DEFAULT 'assume'
          CONSTRAINT organizations_consent_policy_check CHECK (consent_policy IN ('assume', 'explicit')),
        ADD default_country varchar(2),
        ADD stop_words text[] NOT NULL DEFAULT '{}',
        ADD start_words text[] NOT NULL DEFAULT '{}'`);

    // A customer is known by phone, by Meta's form of it (wa_id), or only by the id that Meta assigns.
    await db.query(`
      CREATE TABLE user_profiles (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        whatsapp_phone varchar(16),
        wa_id varchar(20),
        whatsapp_user_id varchar(140),
        username varchar(100),
        display_name varchar(200),
        email varchar(320),
        address varchar(500),
        city varchar(120),
        state varchar(120),
        zipcode varchar(20),
        country varchar(2),
        customer_tier varchar(50),
        tags text[] NOT NULL DEFAULT '{}',
        attributes jsonb NOT NULL DEFAULT '{}',
        is_active boolean NOT NULL DEFAULT true,
        subscription varchar(12) NOT NULL DEFAULT 'subscribed',
        marketing_opt_in_at timestamptz,
        marketing_opt_out_at timestamptz,
        last_inbound_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT user_profiles_pkey PRIMARY KEY (id),
        CONSTRAINT user_profiles_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT user_profiles_subscription_check CHECK (subscription IN ('subscribed', 'unsubscribed')),
        CONSTRAINT user_profiles_known_check CHECK (whatsapp_phone IS NOT NULL OR whatsapp_user_id IS NOT NULL)
      )`);
    await db.query(
      `CREATE UNIQUE INDEX user_profiles_phone_idx ON user_profiles (whatsapp_phone, organization_id)`,
    );
    // One customer whether or not the 9 of Argentine mobiles is written. We keep the spelling that was given, so the
    // number itself cannot be the key.
    await db.query(`
      CREATE UNIQUE INDEX user_profiles_argentina_idx ON user_profiles ("right"(whatsapp_phone, 10), organization_id)
       WHERE whatsapp_phone ~ '^\\+549?\\d{10}$'`);
    await db.query(`
      CREATE UNIQUE INDEX user_profiles_user_id_idx ON user_profiles (whatsapp_user_id, organization_id)
       WHERE whatsapp_user_id IS NOT NULL`);
    await db.query(`CREATE INDEX user_profiles_list_idx ON user_profiles (organization_id, id)`);
    await db.query(
      `CREATE INDEX user_profiles_attributes_idx ON user_profiles USING gin (attributes jsonb_path_ops)`,
    );
    await db.query(
      `CREATE INDEX user_profiles_city_idx ON user_profiles (organization_id, city, customer_tier)`,
    );
    await db.query(`CREATE INDEX user_profiles_tags_idx ON user_profiles USING gin (tags)`);

    // Search by the beginnings of words, and by either end of a number. Trigrams would find the middle of words too,
    // but need an extension that not every managed database allows, and took twice the room.
    await db.query(`
      CREATE FUNCTION search_terms(name text, email text, username text, phone text) RETURNS tsvector
      LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fn$
        SELECT array_to_tsvector(
          ${wordsOf(`coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(username, '')`)}
          || CASE WHEN phone IS NULL THEN '{}' ELSE ARRAY[substr(phone, 2), '<' || reverse(substr(phone, 2))] END)
      $fn$`);
    await db.query(`
      CREATE FUNCTION search_query(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fn$
        SELECT string_agg('''' || word || ''':*', ' & ')::tsquery FROM unnest(${wordsOf('words')}) AS word
      $fn$`);
    await db.query(`
      CREATE INDEX user_profiles_search_idx ON user_profiles
       USING gin (search_terms(display_name, email, username, whatsapp_phone))`);

    // An import is merged over the existing attributes: nested objects are merged, everything else is replaced.
    await db.query(`
      CREATE FUNCTION merge_attributes(base jsonb, top jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $fn$
      BEGIN
        IF jsonb_typeof(base) IS DISTINCT FROM 'object' OR jsonb_typeof(top) <> 'object' THEN RETURN top; END IF;
        RETURN base || coalesce(
          (SELECT jsonb_object_agg(key, CASE WHEN base ? key THEN merge_attributes(base -> key, value) ELSE value END)
             FROM jsonb_each(top)), '{}');
      END $fn$`);
    // Dates in the attributes are text. This parses ISO 8601 dates, in UTC unless they name a zone, and returns null
    // for the rest: a cast would fail on February 30. It uses no exception handler, which PostgreSQL 14 forbids in
    // parallel workers.
    await db.query(`
      CREATE FUNCTION iso_instant(value text) RETURNS timestamptz
        LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $fn$
      BEGIN
        IF value !~ ('^(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])'
          '(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?'
          '(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?)?$') THEN
          RETURN NULL;
        END IF;
        IF substr(value, 9, 2) > '28' AND substr(value, 9, 2)::int >
          extract(day FROM make_date(left(value, 4)::int, substr(value, 6, 2)::int, 1) + interval '1 month - 1 day') THEN
          RETURN NULL;
        END IF;
        RETURN CASE
          WHEN length(value) = 10 THEN value || 'T00:00Z'
          WHEN substr(value, 12) ~ '[Z+-]' THEN value
          ELSE value || 'Z' END::timestamptz;
      END $fn$`);
    await db.query(`
      CREATE FUNCTION has_instant(list jsonb, since timestamptz, until timestamptz) RETURNS boolean
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $fn$
          SELECT EXISTS (SELECT FROM jsonb_array_elements_text(list) AS item (value)
                          WHERE iso_instant(item.value) >= since AND iso_instant(item.value) < until)
      $fn$`);

    await db.query(`
      CREATE TABLE consent_events (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        profile_id uuid,
        identity_hash varchar(64) NOT NULL,
        kind varchar(20) NOT NULL,
        source varchar(30) NOT NULL,
        evidence jsonb NOT NULL DEFAULT '{}',
        key_id uuid,
        occurred_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT consent_events_pkey PRIMARY KEY (id),
        CONSTRAINT consent_events_kind_check CHECK (
          kind IN ('opt_in', 'start', 'resume', 'import', 'opt_out', 'stop', 'stop_preference'))
      )`);
    await db.query(`CREATE INDEX consent_events_profile_idx ON consent_events (profile_id, id)`);
    await db.query(`CREATE INDEX consent_events_identity_idx ON consent_events (identity_hash, id)`);

    // This is evidence: a record that can be changed proves nothing.
    await db.query(`
      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $fn$
      BEGIN
        RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME;
      END $fn$`);
    await db.query(`
      CREATE TRIGGER consent_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`);

    // Outlives the profile: only a keyed hash of the number or id is kept, which reveals nothing by itself.
    await db.query(`
      CREATE TABLE suppressions (
        organization_id uuid NOT NULL,
        identity_hash varchar(64) NOT NULL,
        kind varchar(20) NOT NULL,
        source varchar(30) NOT NULL,
        at timestamptz NOT NULL,
        CONSTRAINT suppressions_pkey PRIMARY KEY (organization_id, identity_hash, kind)
      )`);

    await db.query(`
      CREATE TABLE customer_imports (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        status varchar(12) NOT NULL,
        file_name varchar(255),
        rows_read integer NOT NULL DEFAULT 0,
        rows_created integer NOT NULL DEFAULT 0,
        rows_updated integer NOT NULL DEFAULT 0,
        rows_unchanged integer NOT NULL DEFAULT 0,
        rows_failed integer NOT NULL DEFAULT 0,
        failure_reason text,
        started_at timestamptz NOT NULL,
        progress_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT customer_imports_pkey PRIMARY KEY (id),
        CONSTRAINT customer_imports_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(
      `CREATE INDEX customer_imports_organization_idx ON customer_imports (organization_id, id)`,
    );
    await db.query(`
      CREATE TABLE customer_import_errors (
        import_id uuid NOT NULL,
        line integer NOT NULL,
        field varchar(100) NOT NULL,
        message text NOT NULL,
        CONSTRAINT customer_import_errors_pkey PRIMARY KEY (import_id, line, field),
        CONSTRAINT customer_import_errors_import_fkey FOREIGN KEY (import_id)
          REFERENCES customer_imports (id) ON DELETE CASCADE
      )`);

    await db.query(`
      CREATE TABLE segments (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        name varchar(200) NOT NULL,
        description text,
        query jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT segments_pkey PRIMARY KEY (id),
        CONSTRAINT segments_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(`CREATE UNIQUE INDEX segments_name_idx ON segments (organization_id, name)`);

    await db.query(`
      CREATE TABLE whatsapp_templates (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        business_account_id varchar(64) NOT NULL,
        meta_template_id varchar(64) NOT NULL,
        name varchar(512) NOT NULL,
        language varchar(20) NOT NULL,
        category varchar(40) NOT NULL,
        next_category varchar(40),
        status varchar(40) NOT NULL,
        status_reason text,
        quality_score varchar(20),
        parameter_format varchar(20) NOT NULL DEFAULT 'POSITIONAL',
        components jsonb NOT NULL,
        synced_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_templates_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_templates_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_templates_name_idx
        ON whatsapp_templates (organization_id, business_account_id, name, language)`);
    await db.query(`CREATE INDEX whatsapp_templates_meta_idx ON whatsapp_templates (meta_template_id)`);
    // Webhooks name the account, not the organization.
    await db.query(
      `CREATE INDEX whatsapp_templates_account_idx ON whatsapp_templates (business_account_id, name, language)`,
    );

    // One row per account: which process is listing it now, and when it was last listed.
    await db.query(`
      CREATE TABLE whatsapp_template_syncs (
        organization_id uuid NOT NULL,
        business_account_id varchar(64) NOT NULL,
        attempt uuid NOT NULL,
        started_at timestamptz NOT NULL,
        lease_until timestamptz,
        listed_at timestamptz,
        failure text,
        CONSTRAINT whatsapp_template_syncs_pkey PRIMARY KEY (organization_id, business_account_id),
        CONSTRAINT whatsapp_template_syncs_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of [
      'whatsapp_template_syncs',
      'whatsapp_templates',
      'segments',
      'customer_import_errors',
      'customer_imports',
      'suppressions',
      'consent_events',
      'user_profiles',
    ]) {
      await db.query(`DROP TABLE ${table}`);
    }
    await db.query(`DROP FUNCTION has_instant(jsonb, timestamptz, timestamptz)`);
    await db.query(`DROP FUNCTION iso_instant(text)`);
    await db.query(`
      DROP FUNCTION refuse_change(), merge_attributes(jsonb, jsonb), search_terms(text, text, text, text),
        search_query(text)`);
    await db.query(`
      ALTER TABLE organizations
        DROP consent_policy, DROP default_country, DROP stop_words, DROP start_words`);
  }
}
