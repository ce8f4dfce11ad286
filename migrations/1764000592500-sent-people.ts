import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What messages publish for the ledger of the messaging limit, which is below them: the people each number has written to.
 * A plain selection, so PostgreSQL inlines it and plans as if the table were read directly.
 */
export class SentPeople1764000592500 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // Templates open conversations; answers inside the service window count for nothing.
    await db.query(`
      CREATE VIEW sent_people AS
      SELECT sender_id, phone_number, created_at, coalesce(accepted_at, created_at) AS counted_at
        FROM whatsapp_messages
       WHERE direction = 'out' AND type = 'template' AND status <> 'failed' AND phone_number IS NOT NULL`);
    // Messages are written in the order of time, so a few kilobytes suffice to find a day of them.
    await db.query(`
      CREATE INDEX whatsapp_messages_created_idx ON whatsapp_messages USING brin (created_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX whatsapp_messages_created_idx');
    await db.query('DROP VIEW sent_people');
  }
}
