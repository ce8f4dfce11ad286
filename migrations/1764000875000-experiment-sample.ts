import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How much of 10,000 the sample of an experiment is, once it has started: the percentage, or less if a most is given. */
export class ExperimentSample1764000875000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE campaign_experiments ADD COLUMN sample_bp smallint`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE campaign_experiments DROP COLUMN sample_bp`);
  }
}
