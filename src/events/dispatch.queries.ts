import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../platform/database/sql.js';

export const PARTITIONS = 16;
const DISPATCH_LOCKS = 0x65766e74;

export interface DispatchedEvent {
  id: string;
  organizationId: string;
  kind: string;
  customerId: string | null;
  objectId: string | null;
  campaignId: string | null;
  data: Record<string, unknown>;
  depth: number;
  chain: string[];
  occurredAt: Date;
  recordedAt: Date;
}

/** A look into the index for each partition, whatever has been dispatched before. */
export async function waitingPartitions(db: EntityManager): Promise<number[]> {
  const rows = await rowsOf<{ partition: number }>(
    db,
    sql`SELECT p AS partition FROM generate_series(0, ${PARTITIONS - 1}::int) p
         WHERE EXISTS (SELECT 1 FROM domain_events WHERE partition = p AND dispatched_at IS NULL)`,
  );
  return rows.map(({ partition }) => partition);
}

/** Held until the transaction ends. A statement of its own: what is read after it sees the holder before. */
export async function tryLockPartition(tx: EntityManager, partition: number): Promise<boolean> {
  const row = await firstOf<{ locked: boolean }>(
    tx,
    sql`SELECT pg_try_advisory_xact_lock(${DISPATCH_LOCKS}::int, ${partition}::int) AS locked`,
  );
  return row?.locked === true;
}

/** Locked: an erasure that empties them meanwhile waits, and then finds what their consumers have written. */
export async function readWaiting(
  tx: EntityManager,
  partition: number,
  limit: number,
): Promise<DispatchedEvent[]> {
  return rowsOf(
    tx,
    sql`SELECT id, organization_id AS "organizationId", kind, customer_id AS "customerId", object_id AS "objectId",
               campaign_id AS "campaignId", data, depth, chain, occurred_at AS "occurredAt", recorded_at AS "recordedAt"
          FROM domain_events WHERE partition = ${partition}::smallint AND dispatched_at IS NULL
         ORDER BY seq LIMIT ${limit} FOR NO KEY UPDATE`,
  );
}

export async function markDispatched(tx: EntityManager, ids: readonly string[], now: Date): Promise<void> {
  await execute(tx, sql`UPDATE domain_events SET dispatched_at = ${now} WHERE id = ANY(${ids}::uuid[])`);
}

export interface PurgeBite {
  last: string;
  newestAt: Date;
  purged: number;
}

/** Goes through the oldest rows by id and deletes those that are old enough; undefined: there are no more. */
export async function purgeBite(
  tx: EntityManager,
  { after, before, limit }: { after: string; before: Date; limit: number },
): Promise<PurgeBite | undefined> {
  const row = await firstOf<{ last: string | null; newestAt: Date; purged: number }>(
    tx,
    sql`WITH bite AS (SELECT id, recorded_at, dispatched_at FROM domain_events WHERE id > ${after}::uuid
                       ORDER BY id LIMIT ${limit}),
             gone AS (DELETE FROM domain_events e USING bite
                       WHERE e.id = bite.id AND bite.recorded_at < ${before} AND bite.dispatched_at IS NOT NULL
                      RETURNING e.id)
        SELECT (SELECT id FROM bite ORDER BY id DESC LIMIT 1) AS last, max(recorded_at) AS "newestAt",
               (SELECT count(*) FROM gone) AS purged
          FROM bite`,
  );
  return row === undefined || row.last === null ? undefined : { ...row, last: row.last };
}

/** The data about a person; that something happened stays. */
export async function emptyData(
  tx: EntityManager,
  organizationId: string,
  customerId: string,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE domain_events SET data = '{}' WHERE organization_id = ${organizationId} AND customer_id = ${customerId}`,
  );
}
