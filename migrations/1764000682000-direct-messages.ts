import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lists of messages outside campaigns, and the messages to a person known by user id only. The million messages of a
 * campaign are in neither index.
 */
export class DirectMessages1764000682000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX whatsapp_messages_purpose_idx ON whatsapp_messages (organization_id, purpose, id)
       WHERE recipient_id IS NULL AND direction = 'out'`);
    await db.query(`
      CREATE INDEX whatsapp_messages_user_idx ON whatsapp_messages (organization_id, whatsapp_user_id, id)
       WHERE phone_number IS NULL`);
    await db.query(`
      CREATE INDEX message_outbox_open_idx ON message_outbox (organization_id, id) WHERE state <> 'done'`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const index of [
      'message_outbox_open_idx',
      'whatsapp_messages_user_idx',
      'whatsapp_messages_purpose_idx',
    ])
      await db.query(`DROP INDEX ${index}`);
  }
}
