import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The ids under which callers told of events of their own: each has its effect once. */
export class CustomEventIds1764000785000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // Hashes: what callers write into an id is of any length, and may name a person.
    await db.query(`
      CREATE TABLE custom_event_ids (
        organization_id uuid NOT NULL,
        id_hash bytea NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT custom_event_ids_pkey PRIMARY KEY (organization_id, id_hash),
        CONSTRAINT custom_event_ids_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(
      `CREATE INDEX custom_event_ids_organization_idx ON custom_event_ids (organization_id, recorded_at)`,
    );
    await db.query(`CREATE INDEX custom_event_ids_recorded_idx ON custom_event_ids (recorded_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE custom_event_ids`);
  }
}
