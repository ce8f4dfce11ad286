import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Carts that a shop builds: when they are idle and over, and what their people were told about them. */
export class Carts1764000740000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE whatsapp_carts
        ADD COLUMN expires_fixed boolean NOT NULL DEFAULT false,
        ADD COLUMN reminders_done smallint NOT NULL DEFAULT 0,
        ADD CONSTRAINT whatsapp_carts_reminders_check CHECK
          (reminders_done BETWEEN 0 AND 3 AND reminders_sent BETWEEN 0 AND reminders_done),
        ADD CONSTRAINT whatsapp_carts_money_check CHECK
          (subtotal >= 0 AND tax >= 0 AND discount BETWEEN 0 AND subtotal AND total >= 0) NOT VALID`);
    await db.query(`DROP INDEX whatsapp_carts_idle_idx`);
    await db.query(`
      CREATE INDEX whatsapp_carts_idle_idx ON whatsapp_carts (organization_id, last_activity_at)
        WHERE status IN ('active', 'checkout')`);
    await db.query(`
      CREATE INDEX whatsapp_carts_expiry_idx ON whatsapp_carts (expires_at)
        WHERE status IN ('active', 'checkout', 'abandoned')`);
    await db.query(`
      CREATE INDEX whatsapp_carts_expired_idx ON whatsapp_carts (expires_at) WHERE status = 'expired'`);
    await db.query(`
      CREATE INDEX whatsapp_carts_abandoned_idx ON whatsapp_carts (organization_id, abandoned_at)
        WHERE status = 'abandoned'`);
    // An order takes the reminders of its person's other carts back.
    for (const column of ['customer_id', 'phone_number', 'whatsapp_user_id']) {
      await db.query(`
        CREATE INDEX whatsapp_carts_abandoned_${column}_idx ON whatsapp_carts (organization_id, ${column})
          WHERE status = 'abandoned' AND ${column} IS NOT NULL`);
    }
    await db.query(`
      CREATE INDEX whatsapp_carts_status_idx ON whatsapp_carts (organization_id, status, id)`);
    await this.countLines(db);
    // The message itself is a row of the outbox, with the same key. Without a message the reason says why.
    await db.query(`
      CREATE TABLE whatsapp_cart_messages (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        cart_id uuid NOT NULL,
        kind varchar(10) NOT NULL,
        number smallint,
        dedupe_key text NOT NULL,
        not_sent_reason varchar(40),
        at timestamptz NOT NULL,
        CONSTRAINT whatsapp_cart_messages_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_cart_messages_cart_fkey FOREIGN KEY (cart_id)
          REFERENCES whatsapp_carts (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_cart_messages_kind_check CHECK (kind IN ('summary', 'reminder', 'answer'))
      )`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_cart_messages_key_idx ON whatsapp_cart_messages (organization_id, dedupe_key)`);
    await db.query(`CREATE INDEX whatsapp_cart_messages_cart_idx ON whatsapp_cart_messages (cart_id, id)`);
  }

  /**
   * Lines of carts that the shop builds count as put into a cart, on the day on which they were; those of messages are
   * counted with their orders. A line that is taken out again counts no more.
   */
  private async countLines(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE whatsapp_cart_items ADD COLUMN added_on date NOT NULL DEFAULT CURRENT_DATE`);
    for (const [event, rows, sign] of [
      ['insert', 'NEW TABLE AS changed_rows', 1],
      ['delete', 'OLD TABLE AS changed_rows', -1],
    ] as const) {
      await db.query(`
        CREATE FUNCTION count_cart_lines_on_${event}() RETURNS trigger LANGUAGE plpgsql
          SET enable_seqscan = off SET search_path FROM CURRENT AS $fn$
        BEGIN
          PERFORM count_lines(array_agg(c.organization_id), array_agg(c.catalog_id), array_agg(n.product_id),
                              array_agg(n.variant_id), array_agg(NULL::uuid), array_agg(n.added_on),
                              array_agg(${sign}), array_agg(0), array_agg(0), array_agg(0::numeric))
             FROM changed_rows n JOIN whatsapp_carts c ON c.id = n.cart_id
                  JOIN whatsapp_products p ON p.id = n.product_id
            WHERE c.source = 'api';
          RETURN NULL;
        END $fn$`);
      await db.query(`
        CREATE TRIGGER whatsapp_cart_items_count_${event} AFTER ${event} ON whatsapp_cart_items REFERENCING ${rows}
          FOR EACH STATEMENT EXECUTE FUNCTION count_cart_lines_on_${event}()`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE whatsapp_cart_messages`);
    for (const event of ['insert', 'delete']) {
      await db.query(`DROP TRIGGER whatsapp_cart_items_count_${event} ON whatsapp_cart_items`);
      await db.query(`DROP FUNCTION count_cart_lines_on_${event}()`);
    }
    await db.query(`ALTER TABLE whatsapp_cart_items DROP COLUMN added_on`);
    for (const index of [
      ...['idle', 'expiry', 'expired', 'abandoned', 'status'],
      ...['abandoned_customer_id', 'abandoned_phone_number', 'abandoned_whatsapp_user_id'],
    ]) {
      await db.query(`DROP INDEX whatsapp_carts_${index}_idx`);
    }
    await db.query(`
      CREATE INDEX whatsapp_carts_idle_idx ON whatsapp_carts (last_activity_at)
        WHERE status IN ('active', 'checkout', 'abandoned')`);
    await db.query(`
      ALTER TABLE whatsapp_carts
        DROP CONSTRAINT whatsapp_carts_reminders_check, DROP CONSTRAINT whatsapp_carts_money_check,
        DROP COLUMN expires_fixed, DROP COLUMN reminders_done`);
  }
}
