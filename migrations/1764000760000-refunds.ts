import type { MigrationInterface, QueryRunner } from 'typeorm';

const COUNTED_BEFORE = "status <> 'cancelled'";
const COUNTED = "(status <> 'cancelled' AND (status <> 'refunded' OR cancelled_at IS NULL))";
const BOUGHT = /(\w+)\.status IN \('confirmed', 'processing', 'completed', 'refunded'\)/g;
const BOUGHT_NOW =
  /\((\w+)\.status IN \('confirmed', 'processing', 'completed'\) OR \(\1\.status = 'refunded' AND \1\.cancelled_at IS NULL\)\)/g;

/** The functions of the triggers that ask whether an order counts. */
const ASKING = [
  'count_orders_on_insert',
  'count_orders_on_update',
  'count_bought_orders',
  'count_lines_on_insert',
  'count_lines_on_update',
];

/** What a refund needs beside its amount: when it was sent, what became of that, and which units it was for. */
export class Refunds1764000760000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE whatsapp_refunds
        ADD COLUMN shipping numeric(15, 2) NOT NULL DEFAULT 0,
        ADD COLUMN tries integer NOT NULL DEFAULT 0,
        ADD COLUMN next_try_at timestamptz,
        ADD COLUMN sent_at timestamptz,
        ADD COLUMN next_lookup_at timestamptz,
        ADD COLUMN lookups integer NOT NULL DEFAULT 0,
        ADD COLUMN error jsonb,
        ADD COLUMN key_id uuid,
        ADD COLUMN user_id uuid,
        ADD CONSTRAINT whatsapp_refunds_shipping_check CHECK (shipping BETWEEN 0 AND amount)`);
    // An item that several payments pay for has a row in each of their refunds; its units stand in the first.
    await db.query(`
      ALTER TABLE whatsapp_refund_items
        DROP CONSTRAINT whatsapp_refund_items_quantity_check,
        ADD CONSTRAINT whatsapp_refund_items_quantity_check CHECK (quantity >= 0 AND amount >= 0)`);
    await db.query(`CREATE INDEX whatsapp_refund_items_item_idx ON whatsapp_refund_items (item_id)`);
    await db.query(`
      CREATE INDEX whatsapp_refunds_waiting_idx ON whatsapp_refunds (next_try_at)
       WHERE state = 'requested' AND sent_at IS NULL`);
    // Gateways do not all know a call that is repeated: one refund of a payment is on its way at a time.
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_refunds_sending_idx ON whatsapp_refunds (payment_id)
       WHERE state = 'requested' AND sent_at IS NOT NULL`);
    await db.query(`
      CREATE INDEX whatsapp_refunds_lookup_idx ON whatsapp_refunds (next_lookup_at)
       WHERE next_lookup_at IS NOT NULL`);
    await db.query(
      `CREATE INDEX whatsapp_refunds_unknown_idx ON whatsapp_refunds (id) WHERE state = 'unknown'`,
    );
    // An order that was cancelled counts nowhere, and does not begin to when its money has gone back.
    await this.rewrite(db, (body) =>
      body
        .replaceAll(COUNTED_BEFORE, COUNTED)
        .replace(
          BOUGHT,
          "($1.status IN ('confirmed', 'processing', 'completed') OR ($1.status = 'refunded' AND $1.cancelled_at IS NULL))",
        ),
    );
  }

  private async rewrite(db: QueryRunner, change: (body: string) => string): Promise<void> {
    for (const name of ASKING) {
      const [found] = (await db.query(
        `SELECT pg_get_functiondef(oid) AS definition FROM pg_proc
          WHERE proname = $1 AND pronamespace = current_schema()::regnamespace`,
        [name],
      )) as { definition: string }[];
      const before = found?.definition ?? '';
      const after = change(before);
      if (after === before) throw new Error(`${name} does not ask whether an order counts`);
      await db.query(after);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await this.rewrite(db, (body) =>
      body
        .replaceAll(COUNTED, COUNTED_BEFORE)
        .replace(BOUGHT_NOW, "$1.status IN ('confirmed', 'processing', 'completed', 'refunded')"),
    );
    for (const name of ['waiting', 'sending', 'lookup', 'unknown']) {
      await db.query(`DROP INDEX whatsapp_refunds_${name}_idx`);
    }
    await db.query(`DROP INDEX whatsapp_refund_items_item_idx`);
    await db.query(`DELETE FROM whatsapp_refund_items WHERE quantity = 0`);
    await db.query(`
      ALTER TABLE whatsapp_refund_items
        DROP CONSTRAINT whatsapp_refund_items_quantity_check,
        ADD CONSTRAINT whatsapp_refund_items_quantity_check CHECK (quantity > 0)`);
    await db.query(`
      ALTER TABLE whatsapp_refunds
        DROP COLUMN shipping, DROP COLUMN tries, DROP COLUMN next_try_at, DROP COLUMN sent_at,
        DROP COLUMN next_lookup_at, DROP COLUMN lookups, DROP COLUMN error, DROP COLUMN key_id, DROP COLUMN user_id`);
  }
}
