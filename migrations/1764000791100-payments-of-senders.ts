import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A number is asked for its payments inside WhatsApp before it is deleted. */
export class PaymentsOfSenders1764000791100 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX whatsapp_payments_sender_idx ON whatsapp_payments (sender_id) WHERE provider = 'whatsapp'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX whatsapp_payments_sender_idx`);
  }
}
