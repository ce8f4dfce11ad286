import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every outgoing and incoming message, the conversations they belong to, and the outbox. */
export class Messages1764000500000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // No foreign keys: messages are written by the thousand a second, and outlive the rows they refer to.
    await db.query(`
      CREATE TABLE whatsapp_messages (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        sender_id uuid,
        direction varchar(3) NOT NULL,
        purpose varchar(20) NOT NULL,
        phone_number varchar(16),
        whatsapp_user_id varchar(160),
        customer_id uuid,
        campaign_id uuid,
        recipient_id uuid,
        attempt smallint,
        type varchar(20) NOT NULL,
        template_name varchar(512),
        category varchar(20),
        content jsonb,
        status varchar(12) NOT NULL,
        whatsapp_message_id varchar(128),
        context_message_id varchar(128),
        created_at timestamptz NOT NULL,
        accepted_at timestamptz,
        sent_at timestamptz,
        delivered_at timestamptz,
        read_at timestamptz,
        failed_at timestamptz,
        error_code integer,
        error_subcode integer,
        error_title text,
        error_details text,
        fbtrace_id varchar(64),
        http_status smallint,
        pricing_category varchar(40),
        pricing_type varchar(40),
        is_billable boolean,
        CONSTRAINT whatsapp_messages_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_messages_direction_check CHECK (direction IN ('in', 'out')),
        CONSTRAINT whatsapp_messages_status_check CHECK
          (status IN ('sending', 'unknown', 'accepted', 'held', 'sent', 'delivered', 'read', 'failed', 'received'))
      ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)`);
    // None of these may mention a column that changes during the life of a message, except Meta's id: a status then
    // skips every index, as with campaign_recipients.
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_messages_wamid_idx ON whatsapp_messages (whatsapp_message_id)
       WHERE whatsapp_message_id IS NOT NULL`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_messages_attempt_idx ON whatsapp_messages (recipient_id, attempt)
       WHERE recipient_id IS NOT NULL`);
    await db.query(`
      CREATE INDEX whatsapp_messages_person_idx ON whatsapp_messages (organization_id, phone_number, id)`);

    await db.query(`
      CREATE TABLE whatsapp_conversations (
        sender_id uuid NOT NULL,
        contact varchar(160) NOT NULL,
        organization_id uuid NOT NULL,
        customer_id uuid,
        last_inbound_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_conversations_pkey PRIMARY KEY (sender_id, contact),
        CONSTRAINT whatsapp_conversations_sender_fkey FOREIGN KEY (sender_id) REFERENCES senders (id) ON DELETE CASCADE
      ) WITH (fillfactor = 80)`);
    await db.query(`
      CREATE INDEX whatsapp_conversations_customer_idx ON whatsapp_conversations (customer_id)
       WHERE customer_id IS NOT NULL`);

    await db.query(`
      CREATE TABLE message_outbox (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        sender_id uuid NOT NULL,
        purpose varchar(20) NOT NULL,
        dedupe_key varchar(200) NOT NULL,
        phone_number varchar(16),
        whatsapp_user_id varchar(160),
        customer_id uuid,
        payload jsonb NOT NULL,
        state varchar(10) NOT NULL DEFAULT 'waiting',
        attempts smallint NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT message_outbox_pkey PRIMARY KEY (id),
        CONSTRAINT message_outbox_once UNIQUE (organization_id, dedupe_key),
        CONSTRAINT message_outbox_sender_fkey FOREIGN KEY (sender_id) REFERENCES senders (id) ON DELETE CASCADE,
        CONSTRAINT message_outbox_state_check CHECK (state IN ('waiting', 'sending', 'done', 'failed', 'expired'))
      )`);
    await db.query(`
      CREATE INDEX message_outbox_due_idx ON message_outbox (due_at) WHERE state IN ('waiting', 'sending')`);
    await db.query(`CREATE INDEX message_outbox_sender_idx ON message_outbox (sender_id)`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['message_outbox', 'whatsapp_conversations', 'whatsapp_messages']) {
      await db.query(`DROP TABLE ${table}`);
    }
  }
}
