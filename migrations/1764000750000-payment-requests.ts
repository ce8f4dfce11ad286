import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests for money over gateways: which number asks, when it was asked, when the customer is reminded. */
export class PaymentRequests1764000750000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE whatsapp_payments
        ADD COLUMN sender_id uuid,
        ADD COLUMN requested_at timestamptz,
        ADD COLUMN reminders_sent smallint NOT NULL DEFAULT 0,
        ADD COLUMN next_reminder_at timestamptz`);
    await db.query(`
      CREATE INDEX whatsapp_payments_reminder_idx ON whatsapp_payments (next_reminder_at)
        WHERE next_reminder_at IS NOT NULL`);
    // Webhooks of gateways name a payment by any of its ids.
    await db.query(`
      CREATE INDEX whatsapp_payments_gateway_idx ON whatsapp_payments (account_id, gateway_id)
        WHERE gateway_id IS NOT NULL`);
    await db.query(`
      CREATE INDEX whatsapp_payments_transaction_idx ON whatsapp_payments (account_id, transaction_id)
        WHERE transaction_id IS NOT NULL`);
    await db.query(`
      CREATE INDEX whatsapp_payments_account_idx ON whatsapp_payments (account_id)
        WHERE state IN ('created', 'requested', 'pending')`);
    await db.query(`
      CREATE INDEX payment_events_open_idx ON payment_events (received_at) WHERE state = 'received'`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const index of ['reminder', 'gateway', 'transaction', 'account']) {
      await db.query(`DROP INDEX whatsapp_payments_${index}_idx`);
    }
    await db.query(`DROP INDEX payment_events_open_idx`);
    await db.query(`
      ALTER TABLE whatsapp_payments
        DROP COLUMN sender_id, DROP COLUMN requested_at, DROP COLUMN reminders_sent, DROP COLUMN next_reminder_at`);
  }
}
