import type { MigrationInterface, QueryRunner } from 'typeorm';

// Recipients before messages, as everything locks them.
const COLUMNS = [
  ['campaign_recipients', 'whatsapp_message_id', 'varchar(128)'],
  ['whatsapp_messages', 'whatsapp_message_id', 'varchar(128)'],
  ['whatsapp_messages', 'context_message_id', 'varchar(128)'],
  // Holds the id of the message that it answers.
  ['message_outbox', 'dedupe_key', 'varchar(200)'],
] as const;

/**
 * Meta documents no length for the ids of messages: they contain the id of the recipient, which alone may have 128
 * characters. From varchar to text PostgreSQL changes only its catalog, not the rows and not the indexes.
 */
export class MessageIds1764000591000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const [table, column] of COLUMNS)
      await db.query(`ALTER TABLE ${table} ALTER COLUMN ${column} TYPE text`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const [table, column, type] of COLUMNS)
      await db.query(`ALTER TABLE ${table} ALTER COLUMN ${column} TYPE ${type}`);
  }
}
