import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../platform/database/sql.js';

/** Until the transaction ends, no other one of the organization records and counts custom events. */
export async function lockCustomEvents(tx: EntityManager, organizationId: string): Promise<void> {
  await execute(
    tx,
    sql`SELECT pg_advisory_xact_lock(hashtextextended(${`custom events ${organizationId}`}, 0))`,
  );
}

export async function countSince(tx: EntityManager, organizationId: string, since: Date): Promise<number> {
  const row = await firstOf<{ count: number }>(
    tx,
    sql`SELECT count(*)::int AS count FROM custom_event_ids
         WHERE organization_id = ${organizationId} AND recorded_at > ${since}`,
  );
  return row?.count ?? 0;
}

/** Returns the hashes that were not known. */
export async function insertHashes(
  tx: EntityManager,
  organizationId: string,
  hashes: readonly string[],
  now: Date,
): Promise<Set<string>> {
  const rows = await rowsOf<{ hash: string }>(
    tx,
    sql`INSERT INTO custom_event_ids (organization_id, id_hash, recorded_at)
        SELECT ${organizationId}::uuid, decode(hash, 'hex'), ${now}::timestamptz
          FROM unnest(${hashes}::text[]) AS given (hash)
        ON CONFLICT DO NOTHING
        RETURNING encode(id_hash, 'hex') AS hash`,
  );
  return new Set(rows.map(({ hash }) => hash));
}

export async function deleteOldHashes(tx: EntityManager, before: Date, limit: number): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM custom_event_ids WHERE (organization_id, id_hash) IN
          (SELECT organization_id, id_hash FROM custom_event_ids WHERE recorded_at < ${before}
            ORDER BY recorded_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  );
}
