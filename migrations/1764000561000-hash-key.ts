import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Hashes of suppressed numbers cannot be computed again without the numbers, so their key outlives a change of the
 * encryption key. Null: the encryption key has never been changed and is the hash key too.
 */
export class HashKey1764000561000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE installation ADD COLUMN hash_key_sealed text');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE installation DROP COLUMN hash_key_sealed');
  }
}
