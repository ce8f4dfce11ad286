import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../platform/database/sql.js';
import type { StorageKind } from '../platform/storage/file-storage.service.js';
import type { MediaKind } from './judge-media.js';
import type { MediaAsset } from './media-asset.entity.js';

export type NewAsset = Pick<
  MediaAsset,
  'id' | 'sha256' | 'kind' | 'contentType' | 'bytes' | 'fileName' | 'storage'
>;

const COLUMNS = sql`
  id, organization_id AS "organizationId", sha256, kind, content_type AS "contentType", bytes,
  file_name AS "fileName", storage, removing_since AS "removingSince", created_at AS "createdAt"`;

/** The asset with these bytes, which may be an older one. A store that is no longer usable gives way to the new one. */
export async function noteAsset(
  db: EntityManager,
  organizationId: string,
  asset: NewAsset,
  usable: readonly StorageKind[],
  now: Date,
): Promise<MediaAsset | undefined> {
  return firstOf(
    db,
    sql`INSERT INTO media_assets AS a
          (id, organization_id, sha256, kind, content_type, bytes, file_name, storage, created_at)
        VALUES (${asset.id}, ${organizationId}, ${asset.sha256}, ${asset.kind}, ${asset.contentType},
                ${asset.bytes}, ${asset.fileName}, ${asset.storage}, ${now})
        ON CONFLICT (organization_id, sha256) WHERE removing_since IS NULL DO UPDATE
           SET storage = CASE WHEN a.storage = ANY(${usable}) THEN a.storage ELSE excluded.storage END,
               file_name = coalesce(a.file_name, excluded.file_name)
        RETURNING ${COLUMNS}`,
  );
}

export async function findAsset(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<MediaAsset | undefined> {
  return firstOf(
    db,
    sql`SELECT ${COLUMNS} FROM media_assets
         WHERE id = ${id} AND organization_id = ${organizationId} AND removing_since IS NULL`,
  );
}

/** Newest first. */
export async function listAssets(
  db: EntityManager,
  organizationId: string,
  kind: MediaKind | undefined,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<MediaAsset[]> {
  return rowsOf(
    db,
    sql`SELECT ${COLUMNS} FROM media_assets
         WHERE organization_id = ${organizationId} AND removing_since IS NULL
           AND ${kind === undefined ? sql`true` : sql`kind = ${kind}`}
           AND ${before === undefined ? sql`true` : sql`id < ${before}`}
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countAssets(
  db: EntityManager,
  organizationId: string,
  kind: MediaKind | undefined,
): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM media_assets
         WHERE organization_id = ${organizationId} AND removing_since IS NULL
           AND ${kind === undefined ? sql`true` : sql`kind = ${kind}`}`,
  );
  return row?.n ?? 0;
}

export async function kindsAmong(
  db: EntityManager,
  organizationId: string,
  ids: readonly string[],
): Promise<{ id: string; kind: MediaKind }[]> {
  return rowsOf(
    db,
    sql`SELECT id, kind FROM media_assets
         WHERE organization_id = ${organizationId} AND id = ANY(${ids}::uuid[]) AND removing_since IS NULL`,
  );
}

/** The kinds of those that exist. Until the transaction ends none of them can be removed. */
export async function holdAssets(
  tx: EntityManager,
  organizationId: string,
  ids: readonly string[],
): Promise<{ id: string; kind: MediaKind }[]> {
  return rowsOf(
    tx,
    sql`SELECT id, kind FROM media_assets
         WHERE organization_id = ${organizationId} AND id = ANY(${ids}::uuid[]) AND removing_since IS NULL
         ORDER BY id FOR SHARE`,
  );
}

export async function lockAsset(tx: EntityManager, organizationId: string, id: string): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM media_assets
         WHERE id = ${id} AND organization_id = ${organizationId} AND removing_since IS NULL FOR UPDATE`,
  );
  return row !== undefined;
}

export interface Removal {
  id: string;
  organizationId: string;
  storage: StorageKind;
  since: Date;
}

const REMOVAL = sql`id, organization_id AS "organizationId", storage, removing_since AS since`;

export async function beginRemoval(tx: EntityManager, id: string, now: Date): Promise<Removal | undefined> {
  return firstOf(
    tx,
    sql`UPDATE media_assets SET removing_since = ${now} WHERE id = ${id} RETURNING ${REMOVAL}`,
  );
}

/** Removals that a process began and did not finish. */
export async function takeAbandoned(
  tx: EntityManager,
  { before, now, limit }: { before: Date; now: Date; limit: number },
): Promise<Removal[]> {
  return rowsOf(
    tx,
    sql`UPDATE media_assets SET removing_since = ${now}
         WHERE id IN (SELECT id FROM media_assets WHERE removing_since < ${before}
                       ORDER BY removing_since LIMIT ${limit} FOR UPDATE SKIP LOCKED)
        RETURNING ${REMOVAL}`,
  );
}

/** Forgets assets whose files are gone, except one whose removal another process has begun again. */
export async function finishRemoval(db: EntityManager, { id, since }: Removal): Promise<void> {
  await execute(db, sql`DELETE FROM media_assets WHERE id = ${id} AND removing_since = ${since}`);
}
