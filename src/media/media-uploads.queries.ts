import type { EntityManager } from 'typeorm';
import { execute, firstOf, sql } from '../platform/database/sql.js';
import type { MediaKind } from './judge-media.js';
import type { StorageKind } from '../platform/storage/file-storage.service.js';

export interface Place {
  assetId: string;
  senderId: string;
}

/** An asset, and what is known of its copy at Meta for one number. */
export interface UploadState {
  kind: MediaKind;
  contentType: string;
  bytes: number;
  fileName: string | null;
  storage: StorageKind;
  metaMediaId: string | null;
  expiresAt: Date | null;
  leaseUntil: Date | null;
  failure: string | null;
}

export async function uploadState(
  db: EntityManager,
  organizationId: string,
  { assetId, senderId }: Place,
): Promise<UploadState | undefined> {
  return firstOf(
    db,
    sql`SELECT a.kind, a.content_type AS "contentType", a.bytes, a.file_name AS "fileName", a.storage,
               u.meta_media_id AS "metaMediaId", u.expires_at AS "expiresAt", u.lease_until AS "leaseUntil", u.failure
          FROM media_assets a
          LEFT JOIN media_uploads u ON u.asset_id = a.id AND u.sender_id = ${senderId}
         WHERE a.id = ${assetId} AND a.organization_id = ${organizationId} AND a.removing_since IS NULL`,
  );
}

export interface Claim extends Place {
  attempt: string;
  now: Date;
  leaseUntil: Date;
  /** An id that lives longer than this needs no renewal. */
  freshUntil: Date;
}

/** True for one caller over all processes: it uploads, and the others wait for it. */
export async function claimUpload(
  db: EntityManager,
  { assetId, senderId, attempt, now, leaseUntil, freshUntil }: Claim,
): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`INSERT INTO media_uploads AS u (asset_id, sender_id, attempt, lease_until)
        VALUES (${assetId}, ${senderId}, ${attempt}, ${leaseUntil})
        ON CONFLICT (asset_id, sender_id) DO UPDATE
           SET attempt = excluded.attempt, lease_until = excluded.lease_until, failure = NULL
         WHERE (u.lease_until IS NULL OR u.lease_until <= ${now})
           AND (u.expires_at IS NULL OR u.expires_at <= ${freshUntil})
        RETURNING 1`,
  );
  return row !== undefined;
}

export async function storeUpload(
  db: EntityManager,
  { assetId, senderId, attempt }: Claim,
  { metaMediaId, uploadedAt, expiresAt }: { metaMediaId: string; uploadedAt: Date; expiresAt: Date },
): Promise<void> {
  await execute(
    db,
    sql`UPDATE media_uploads
           SET meta_media_id = ${metaMediaId}, uploaded_at = ${uploadedAt}, expires_at = ${expiresAt},
               lease_until = NULL, failure = NULL
         WHERE asset_id = ${assetId} AND sender_id = ${senderId} AND attempt = ${attempt}`,
  );
}

export async function failUpload(
  db: EntityManager,
  { assetId, senderId, attempt }: Claim,
  failure: string,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE media_uploads SET lease_until = NULL, failure = ${failure}
         WHERE asset_id = ${assetId} AND sender_id = ${senderId} AND attempt = ${attempt}`,
  );
}

/** Meta does not know this id any more. A newer one stays. */
export async function forgetUpload(
  db: EntityManager,
  { assetId, senderId }: Place,
  metaMediaId: string,
  now: Date,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE media_uploads SET meta_media_id = NULL, expires_at = ${now}
         WHERE asset_id = ${assetId} AND sender_id = ${senderId} AND meta_media_id = ${metaMediaId}`,
  );
}
