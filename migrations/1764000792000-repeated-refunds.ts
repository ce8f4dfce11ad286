import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A failed refund is asked for again by one other refund, which names it. */
export class RepeatedRefunds1764000792000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE whatsapp_refunds
        ADD COLUMN repeats_id uuid,
        ADD CONSTRAINT whatsapp_refunds_repeats_fkey FOREIGN KEY (repeats_id)
          REFERENCES whatsapp_refunds (id) ON DELETE SET NULL`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_refunds_repeats_idx ON whatsapp_refunds (repeats_id)
        WHERE repeats_id IS NOT NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE whatsapp_refunds DROP COLUMN repeats_id`);
  }
}
