import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * People who sign in, what they may do in which organization, and their sessions. Times here are the database's: a
 * practice clock that jumps a day must not sign anyone out.
 */
export class People1764000640000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE users (
        id uuid NOT NULL DEFAULT new_id(),
        email varchar(254) NOT NULL,
        email_folded varchar(254) NOT NULL,
        name varchar(200) NOT NULL,
        password_hash text NOT NULL,
        is_disabled boolean NOT NULL DEFAULT false,
        preferences jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT users_pkey PRIMARY KEY (id)
      )`);
    await db.query(`CREATE UNIQUE INDEX users_email_idx ON users (email_folded)`);
    await db.query(`
      CREATE TABLE memberships (
        user_id uuid NOT NULL,
        organization_id uuid NOT NULL,
        role varchar(12) NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT memberships_pkey PRIMARY KEY (user_id, organization_id),
        CONSTRAINT memberships_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT memberships_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT memberships_role_check CHECK (role IN ('owner', 'manager', 'order_desk', 'viewer'))
      )`);
    await db.query(`CREATE INDEX memberships_organization_idx ON memberships (organization_id, user_id)`);
    await db.query(`
      CREATE TABLE invitations (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        token_hash varchar(64) NOT NULL,
        email varchar(254),
        name varchar(200),
        role varchar(12) NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT invitations_pkey PRIMARY KEY (id),
        CONSTRAINT invitations_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT invitations_role_check CHECK (role IN ('owner', 'manager', 'order_desk', 'viewer'))
      )`);
    await db.query(`CREATE UNIQUE INDEX invitations_token_idx ON invitations (token_hash)`);
    await db.query(`CREATE INDEX invitations_organization_idx ON invitations (organization_id)`);
    await db.query(`
      CREATE TABLE sessions (
        id uuid NOT NULL DEFAULT new_id(),
        token_hash varchar(64) NOT NULL,
        organization_id uuid NOT NULL,
        user_id uuid,
        key_id uuid,
        ip varchar(64),
        agent varchar(300),
        created_at timestamptz NOT NULL DEFAULT now(),
        seen_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT sessions_pkey PRIMARY KEY (id),
        CONSTRAINT sessions_membership_fkey FOREIGN KEY (user_id, organization_id)
          REFERENCES memberships (user_id, organization_id) ON DELETE CASCADE,
        CONSTRAINT sessions_key_fkey FOREIGN KEY (key_id) REFERENCES api_keys (id) ON DELETE CASCADE,
        CONSTRAINT sessions_holder_check CHECK ((user_id IS NULL) <> (key_id IS NULL))
      ) WITH (fillfactor = 70)`);
    await db.query(`CREATE UNIQUE INDEX sessions_token_idx ON sessions (token_hash)`);
    await db.query(`CREATE INDEX sessions_user_idx ON sessions (user_id, organization_id)`);
    await db.query(`CREATE INDEX sessions_key_idx ON sessions (key_id) WHERE key_id IS NOT NULL`);
    await db.query(`
      CREATE TABLE sign_in_failures (
        id uuid NOT NULL DEFAULT new_id(),
        subject varchar(64) NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT sign_in_failures_pkey PRIMARY KEY (id)
      )`);
    await db.query(`CREATE INDEX sign_in_failures_subject_idx ON sign_in_failures (subject, at)`);
    await db.query(`CREATE INDEX sign_in_failures_at_idx ON sign_in_failures (at)`);
    await db.query(`ALTER TABLE audit_log ADD COLUMN user_id uuid`);
    await db.query(`ALTER TABLE consent_events ADD COLUMN user_id uuid`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE consent_events DROP COLUMN user_id`);
    await db.query(`ALTER TABLE audit_log DROP COLUMN user_id`);
    for (const table of ['sign_in_failures', 'sessions', 'invitations', 'memberships', 'users']) {
      await db.query(`DROP TABLE ${table}`);
    }
  }
}
