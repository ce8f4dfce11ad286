import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { StorageKind } from '../../platform/storage/file-storage.service.js';
import type { ProductImage } from './product-image.entity.js';

export type NewImage = Pick<
  ProductImage,
  'sha256' | 'contentType' | 'bytes' | 'width' | 'height' | 'storage'
>;

/** Every address of an image that a product, a variant or a catalog names. */
const NAMED = sql`(
  SELECT p.organization_id, u.url
    FROM whatsapp_products p CROSS JOIN LATERAL unnest(p.image_urls || p.image_url::text) AS u (url)
  UNION ALL SELECT organization_id, image_url FROM whatsapp_product_variants
  UNION ALL SELECT organization_id, default_image_url FROM whatsapp_catalogs)`;

/** Their hashes, whatever stands before organization and file: the address of the installation may have changed since. */
const NAMED_IMAGES = sql`(
  SELECT DISTINCT n.organization_id, substring(n.url FROM '/([0-9a-f]{64})[.](?:jpg|png)') AS sha256
    FROM ${NAMED} AS n WHERE n.url LIKE '%/' || n.organization_id || '/%')`;

export async function catalogExists(
  db: EntityManager,
  organizationId: string,
  catalogId: string,
): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`SELECT 1 FROM whatsapp_catalogs WHERE id = ${catalogId} AND organization_id = ${organizationId}`,
  );
  return row !== undefined;
}

/** Undefined while the file of an earlier upload is being removed. */
export async function noteUpload(
  db: EntityManager,
  organizationId: string,
  image: NewImage,
  usable: readonly StorageKind[],
  now: Date,
): Promise<{ storage: StorageKind; isNew: boolean } | undefined> {
  return firstOf(
    db,
    sql`INSERT INTO whatsapp_images AS i
          (organization_id, sha256, content_type, bytes, width, height, storage, last_named_at, created_at, updated_at)
        VALUES (${organizationId}, ${image.sha256}, ${image.contentType}, ${image.bytes}, ${image.width},
                ${image.height}, ${image.storage}, ${now}, ${now}, ${now})
        ON CONFLICT (organization_id, sha256) DO UPDATE
           SET last_named_at = greatest(i.last_named_at, excluded.last_named_at), updated_at = excluded.updated_at,
               storage = CASE WHEN i.storage = ANY(${usable}) THEN i.storage ELSE excluded.storage END
         WHERE i.removing_since IS NULL
        RETURNING storage, xmax = 0 AS "isNew"`,
  );
}

/** Bytes of all images, once every other upload of the organization that came first is committed. */
export async function bytesOfImages(tx: EntityManager, organizationId: string): Promise<number> {
  await rowsOf(tx, sql`SELECT pg_advisory_xact_lock(hashtextextended(${`images of ${organizationId}`}, 0))`);
  const row = await firstOf<{ bytes: string }>(
    tx,
    sql`SELECT coalesce(sum(bytes), 0) AS bytes FROM whatsapp_images WHERE organization_id = ${organizationId}`,
  );
  return Number(row?.bytes ?? 0);
}

export interface Removal {
  organizationId: string;
  sha256: string;
  contentType: ProductImage['contentType'];
  storage: StorageKind;
  since: Date;
}

const REMOVAL = sql`organization_id AS "organizationId", sha256, content_type AS "contentType", storage,
  removing_since AS since`;

export async function isKept(db: EntityManager, organizationId: string, sha256: string): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`SELECT 1 FROM whatsapp_images
         WHERE organization_id = ${organizationId} AND sha256 = ${sha256} AND removing_since IS NULL`,
  );
  return row !== undefined;
}

export async function lockImage(tx: EntityManager, organizationId: string, sha256: string): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM whatsapp_images
         WHERE organization_id = ${organizationId} AND sha256 = ${sha256} AND removing_since IS NULL FOR UPDATE`,
  );
  return row !== undefined;
}

export async function beginRemoval(
  tx: EntityManager,
  organizationId: string,
  sha256: string,
  now: Date,
): Promise<Removal | undefined> {
  return firstOf(
    tx,
    sql`UPDATE whatsapp_images SET removing_since = ${now}, updated_at = ${now}
         WHERE organization_id = ${organizationId} AND sha256 = ${sha256} AND removing_since IS NULL
        RETURNING ${REMOVAL}`,
  );
}

/**
 * Takes images that no product names any more, and those whose removal was broken off. A writer that names an image
 * holds its row, so what is looked up after the lock is final.
 */
export async function beginRemovals(
  tx: EntityManager,
  {
    namedBefore,
    abandonedBefore,
    now,
    limit,
  }: Record<'namedBefore' | 'abandonedBefore' | 'now', Date> & { limit: number },
): Promise<Removal[]> {
  const old = await rowsOf<{ organizationId: string; sha256: string }>(
    tx,
    sql`SELECT organization_id AS "organizationId", sha256 FROM whatsapp_images
         WHERE (removing_since IS NULL AND last_named_at < ${namedBefore}) OR removing_since < ${abandonedBefore}
         ORDER BY last_named_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`,
  );
  if (old.length === 0) return [];
  const chosen = sql`(SELECT * FROM unnest(${old.map(({ organizationId }) => organizationId)}::uuid[],
                                            ${old.map(({ sha256 }) => sha256)}::text[]) AS old (organization_id, sha256))`;
  await execute(
    tx,
    sql`UPDATE whatsapp_images i SET last_named_at = ${now}, updated_at = ${now}
          FROM ${chosen} AS old JOIN ${NAMED_IMAGES} AS named USING (organization_id, sha256)
         WHERE i.organization_id = old.organization_id AND i.sha256 = old.sha256 AND i.removing_since IS NULL`,
  );
  return rowsOf(
    tx,
    sql`UPDATE whatsapp_images i SET removing_since = ${now}, updated_at = ${now} FROM ${chosen} AS old
         WHERE i.organization_id = old.organization_id AND i.sha256 = old.sha256
           AND (i.removing_since IS NOT NULL OR i.last_named_at < ${namedBefore})
        RETURNING i.organization_id AS "organizationId", i.sha256, i.content_type AS "contentType", i.storage,
                  i.removing_since AS since`,
  );
}

/** Forgets images whose files are gone, except one whose removal another process has begun again. */
export async function finishRemovals(db: EntityManager, removals: readonly Removal[]): Promise<void> {
  await execute(
    db,
    sql`DELETE FROM whatsapp_images i
         USING unnest(${removals.map(({ organizationId }) => organizationId)}::uuid[],
                      ${removals.map(({ sha256 }) => sha256)}::text[],
                      ${removals.map(({ since }) => since)}::timestamptz[]) AS gone (organization_id, sha256, since)
         WHERE i.organization_id = gone.organization_id AND i.sha256 = gone.sha256 AND i.removing_since = gone.since`,
  );
}

export async function isNamed(tx: EntityManager, organizationId: string, sha256: string): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM ${NAMED} AS n
         WHERE n.organization_id = ${organizationId} AND n.url LIKE ${`%/${organizationId}/${sha256}.%`} LIMIT 1`,
  );
  return row !== undefined;
}

export async function noteNamed(db: EntityManager, now: Date): Promise<void> {
  await execute(
    db,
    sql`UPDATE whatsapp_images i SET last_named_at = ${now}, updated_at = ${now}
          FROM ${NAMED_IMAGES} AS named
         WHERE i.organization_id = named.organization_id AND i.sha256 = named.sha256
           AND i.removing_since IS NULL AND i.last_named_at < ${now}`,
  );
}
