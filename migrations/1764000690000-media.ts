import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Files for messages, and the ids under which Meta keeps them for each number. A row of an upload is also the lease of
 * the one process that uploads. A file that is being removed does not stand in the way of the same file coming back.
 */
export class Media1764000690000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE media_assets (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        sha256 varchar(64) NOT NULL,
        kind varchar(10) NOT NULL,
        content_type varchar(100) NOT NULL,
        bytes integer NOT NULL,
        file_name varchar(255),
        storage varchar(8) NOT NULL,
        removing_since timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT media_assets_pkey PRIMARY KEY (id),
        CONSTRAINT media_assets_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT media_assets_kind_check CHECK (kind IN ('image', 'video', 'document')),
        CONSTRAINT media_assets_storage_check CHECK (storage IN ('disk', 's3'))
      )`);
    await db.query(`
      CREATE UNIQUE INDEX media_assets_content_idx ON media_assets (organization_id, sha256)
        WHERE removing_since IS NULL`);
    await db.query(`CREATE INDEX media_assets_list_idx ON media_assets (organization_id, id)`);
    await db.query(`
      CREATE INDEX media_assets_removing_idx ON media_assets (removing_since) WHERE removing_since IS NOT NULL`);
    await db.query(`
      CREATE TABLE media_uploads (
        asset_id uuid NOT NULL,
        sender_id uuid NOT NULL,
        meta_media_id varchar(64),
        uploaded_at timestamptz,
        expires_at timestamptz,
        attempt uuid NOT NULL,
        lease_until timestamptz,
        failure text,
        CONSTRAINT media_uploads_pkey PRIMARY KEY (asset_id, sender_id),
        CONSTRAINT media_uploads_asset_fkey FOREIGN KEY (asset_id) REFERENCES media_assets (id) ON DELETE CASCADE,
        CONSTRAINT media_uploads_sender_fkey FOREIGN KEY (sender_id) REFERENCES senders (id) ON DELETE CASCADE
      )`);
    await db.query(`CREATE INDEX media_uploads_sender_idx ON media_uploads (sender_id)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE media_uploads');
    await db.query('DROP TABLE media_assets');
  }
}
