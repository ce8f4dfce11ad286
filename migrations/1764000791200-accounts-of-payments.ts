import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Payments keep the id of an account that is deleted: rewriting a million of them would stand still. What asks whether an
 * account is still needed has its indexes.
 */
export class AccountsOfPayments1764000791200 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE whatsapp_payments DROP CONSTRAINT whatsapp_payments_account_fkey`);
    await db.query(`
      CREATE INDEX whatsapp_payments_looked_up_idx ON whatsapp_payments (account_id) WHERE next_lookup_at IS NOT NULL`);
    await db.query(`
      CREATE INDEX whatsapp_refunds_open_idx ON whatsapp_refunds (organization_id, payment_id)
        WHERE state IN ('requested', 'pending', 'unknown')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX whatsapp_refunds_open_idx`);
    await db.query(`DROP INDEX whatsapp_payments_looked_up_idx`);
    await db.query(`
      UPDATE whatsapp_payments p SET account_id = NULL
       WHERE account_id IS NOT NULL AND NOT EXISTS (SELECT FROM payment_accounts a WHERE a.id = p.account_id)`);
    await db.query(`
      ALTER TABLE whatsapp_payments ADD CONSTRAINT whatsapp_payments_account_fkey
        FOREIGN KEY (account_id) REFERENCES payment_accounts (id) ON DELETE SET NULL`);
  }
}
