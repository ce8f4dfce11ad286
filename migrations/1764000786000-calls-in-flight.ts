import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Webhook calls in flight are counted by organization too, which bounds them. */
export class CallsInFlight1764000786000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX webhook_deliveries_in_flight_idx ON webhook_deliveries (organization_id, lease_until)
        WHERE state = 'pending' AND lease_until IS NOT NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX webhook_deliveries_in_flight_idx`);
  }
}
