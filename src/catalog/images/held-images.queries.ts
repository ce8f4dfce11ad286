import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../../platform/database/sql.js';

/**
 * Keeps these images until this transaction has ended: a removal locks the row of its image before it looks who names
 * it. Returns those whose removal has begun.
 */
export async function holdImages(
  tx: EntityManager,
  organizationId: string,
  hashes: readonly string[],
): Promise<Set<string>> {
  if (hashes.length === 0) return new Set();
  const rows = await rowsOf<{ sha256: string; isLost: boolean }>(
    tx,
    sql`SELECT sha256, removing_since IS NOT NULL AS "isLost" FROM whatsapp_images
         WHERE organization_id = ${organizationId} AND sha256 = ANY(${hashes}::text[])
         ORDER BY sha256 FOR KEY SHARE`,
  );
  return new Set(rows.flatMap(({ sha256, isLost }) => (isLost ? [sha256] : [])));
}

export const IMAGE_LOST = 'names an image that is being removed. Upload it again first';
