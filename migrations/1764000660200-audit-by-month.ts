import type { MigrationInterface, QueryRunner } from 'typeorm';

const OTHER = 'audit_log_other';
const BY_MONTH = 'audit_log_by_month';
const COLUMNS = 'id, organization_id, key_id, action, object_id, status, request_id, ip, at, user_id';

/**
 * The audit log as it is becomes the first month of the new one. Its constraint says that all of it belongs there, so
 * PostgreSQL changes its catalog only, and requests wait for milliseconds.
 */
export class AuditByMonth1764000660200 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('LOCK TABLE audit_log IN ACCESS EXCLUSIVE MODE');
    const [found] = (await db.query(`
      SELECT conname AS promise, 'audit_log_' || right(conname, 7) AS name,
             first_id_at(month_after(month_named(conname))) AS ends
        FROM pg_constraint WHERE conrelid = 'audit_log'::regclass AND conname LIKE 'audit_log_until_%'`)) as {
      promise: string;
      name: string;
      ends: string;
    }[];
    if (found === undefined) throw new Error('audit_log has lost its constraint audit_log_until_...');
    const { promise, name, ends } = found;
    await db.query(`ALTER TABLE audit_log RENAME TO ${name}`);
    await db.query(`ALTER TABLE ${name} RENAME CONSTRAINT audit_log_pkey TO ${name}_pkey`);
    await db.query(`ALTER INDEX audit_log_organization_idx RENAME TO ${name}_organization_id_id_idx`);
    await db.query(`
      CREATE TABLE audit_log (LIKE ${name} INCLUDING DEFAULTS, CONSTRAINT audit_log_pkey PRIMARY KEY (id))
        PARTITION BY RANGE (id)`);
    await db.query(`CREATE INDEX audit_log_organization_idx ON audit_log (organization_id, id)`);
    await db.query(
      `ALTER TABLE audit_log ATTACH PARTITION ${name} FOR VALUES FROM (MINVALUE) TO ('${ends}')`,
    );
    await db.query(`ALTER TABLE ${name} DROP CONSTRAINT ${promise}`);
    // A request is never refused because the month of its entry is missing.
    await db.query(`CREATE TABLE ${OTHER} PARTITION OF audit_log DEFAULT`);
    await db.query(`SELECT add_months('audit_log', 3)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE audit_log RENAME TO ${BY_MONTH}`);
    await db.query(`ALTER TABLE ${BY_MONTH} RENAME CONSTRAINT audit_log_pkey TO ${BY_MONTH}_pkey`);
    await db.query(`ALTER INDEX audit_log_organization_idx RENAME TO ${BY_MONTH}_organization_idx`);
    await db.query(`
      CREATE TABLE audit_log (LIKE ${BY_MONTH} INCLUDING DEFAULTS, CONSTRAINT audit_log_pkey PRIMARY KEY (id))`);
    await db.query(`CREATE INDEX audit_log_organization_idx ON audit_log (organization_id, id)`);
    await db.query(`INSERT INTO audit_log (${COLUMNS}) SELECT ${COLUMNS} FROM ${BY_MONTH}`);
    await db.query(`DROP TABLE ${BY_MONTH}`);
  }
}
