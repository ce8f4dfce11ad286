import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Orders whose customers are asked for money by themselves. A row goes as soon as its request is there or refused. */
export class DuePaymentRequests1764000791000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE due_payment_requests (
        order_id uuid NOT NULL,
        organization_id uuid NOT NULL,
        due_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT due_payment_requests_pkey PRIMARY KEY (order_id),
        CONSTRAINT due_payment_requests_order_fkey FOREIGN KEY (order_id)
          REFERENCES whatsapp_orders (id) ON DELETE CASCADE
      )`);
    await db.query(`CREATE INDEX due_payment_requests_due_idx ON due_payment_requests (due_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE due_payment_requests`);
  }
}
