import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A source wants a kind of a campaign once: two processes that entered the same want wrote it twice. */
export class OneWantEach1764000794000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // The one that ends last stays; a want without an end never ends.
    await db.query(`
      DELETE FROM event_wants WHERE id IN (
        SELECT id FROM (
          SELECT id, row_number() OVER (PARTITION BY organization_id, source, source_id, kind, campaign_id
                                        ORDER BY expires_at DESC NULLS FIRST, id) AS place
            FROM event_wants) w
         WHERE place > 1)`);
    // PostgreSQL 14 takes each null of a unique index for another value.
    await db.query(`
      CREATE UNIQUE INDEX event_wants_one_each_idx ON event_wants
        (organization_id, source, source_id, kind, coalesce(campaign_id, '00000000-0000-0000-0000-000000000000'::uuid))`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX event_wants_one_each_idx');
  }
}
