import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Webhooks that we send: who gets them, what they say, and what became of each. */
export class OutgoingWebhooks1764000651000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE webhook_endpoints (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        url text NOT NULL,
        description varchar(500),
        kinds text[] NOT NULL,
        state varchar(10) NOT NULL DEFAULT 'active',
        secret_encrypted text NOT NULL,
        previous_secret_encrypted text,
        previous_until timestamptz,
        disabled_reason varchar(500),
        failing_since timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id),
        CONSTRAINT webhook_endpoints_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT webhook_endpoints_state_check CHECK (state IN ('active', 'disabled'))
      )`);
    await db.query(
      `CREATE INDEX webhook_endpoints_organization_idx ON webhook_endpoints (organization_id, id)`,
    );
    await db.query(`
      CREATE TABLE webhook_messages (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        kind varchar(40) NOT NULL,
        body jsonb NOT NULL,
        customer_id uuid,
        created_at timestamptz NOT NULL,
        CONSTRAINT webhook_messages_pkey PRIMARY KEY (id),
        CONSTRAINT webhook_messages_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(
      `CREATE INDEX webhook_messages_organization_idx ON webhook_messages (organization_id, created_at)`,
    );
    await db.query(`CREATE INDEX webhook_messages_created_idx ON webhook_messages (created_at)`);
    await db.query(`
      CREATE INDEX webhook_messages_customer_idx ON webhook_messages (organization_id, customer_id)
        WHERE customer_id IS NOT NULL`);
    await db.query(`
      CREATE TABLE webhook_deliveries (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        message_id uuid NOT NULL,
        endpoint_id uuid NOT NULL,
        state varchar(10) NOT NULL DEFAULT 'pending',
        attempts smallint NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL,
        lease_until timestamptz,
        last_status smallint,
        last_error varchar(500),
        response varchar(1024),
        duration_ms integer,
        attempted_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
        CONSTRAINT webhook_deliveries_message_fkey FOREIGN KEY (message_id) REFERENCES webhook_messages (id)
          ON DELETE CASCADE,
        CONSTRAINT webhook_deliveries_endpoint_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints (id)
          ON DELETE CASCADE,
        CONSTRAINT webhook_deliveries_state_check CHECK (state IN ('pending', 'delivered', 'failed'))
      )`);
    await db.query(
      `CREATE UNIQUE INDEX webhook_deliveries_message_idx ON webhook_deliveries (message_id, endpoint_id)`,
    );
    await db.query(`CREATE INDEX webhook_deliveries_endpoint_idx ON webhook_deliveries (endpoint_id, id)`);
    await db.query(`
      CREATE INDEX webhook_deliveries_due_idx ON webhook_deliveries (endpoint_id, due_at, id) WHERE state = 'pending'`);
    await db.query(`
      CREATE INDEX webhook_deliveries_leased_idx ON webhook_deliveries (endpoint_id, lease_until)
        WHERE state = 'pending' AND lease_until IS NOT NULL`);
    await db.query(`
      CREATE TABLE notifications (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        at timestamptz NOT NULL,
        kind varchar(60) NOT NULL,
        text varchar(1000) NOT NULL,
        object_kind varchar(40),
        object_id uuid,
        read_by jsonb NOT NULL DEFAULT '{}',
        CONSTRAINT notifications_pkey PRIMARY KEY (id),
        CONSTRAINT notifications_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(`CREATE INDEX notifications_organization_idx ON notifications (organization_id, id)`);
    await db.query(`CREATE INDEX notifications_at_idx ON notifications (at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['notifications', 'webhook_deliveries', 'webhook_messages', 'webhook_endpoints']) {
      await db.query(`DROP TABLE ${table}`);
    }
  }
}
