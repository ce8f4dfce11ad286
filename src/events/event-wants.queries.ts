import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../platform/database/sql.js';

/** Who asks: an endpoint of a caller, a rule, an open stream. */
export interface WantSource {
  organizationId: string;
  source: 'webhook' | 'automation' | 'stream';
  sourceId: string;
}

export interface Want {
  /** A kind, `area.*` or `*`. */
  kind: string;
  /** Null: those of every campaign, and of none. */
  campaignId: string | null;
}

export async function readVersion(db: EntityManager): Promise<number> {
  const row = await firstOf<{ version: number }>(db, sql`SELECT version FROM event_wants_version`);
  return row?.version ?? 0;
}

export async function readWants(db: EntityManager): Promise<(Want & { organizationId: string })[]> {
  return rowsOf(
    db,
    sql`SELECT DISTINCT organization_id AS "organizationId", kind, campaign_id AS "campaignId" FROM event_wants`,
  );
}

export async function deleteWants(
  tx: EntityManager,
  { organizationId, source, sourceId }: WantSource,
): Promise<void> {
  await execute(
    tx,
    sql`DELETE FROM event_wants
         WHERE source = ${source} AND source_id = ${sourceId} AND organization_id = ${organizationId}`,
  );
}

export async function insertWants(
  tx: EntityManager,
  { organizationId, source, sourceId }: WantSource,
  wants: readonly Want[],
  expiresAt: Date | null,
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO event_wants (organization_id, kind, campaign_id, source, source_id, expires_at)
        SELECT ${organizationId}::uuid, kind, campaign_id, ${source}, ${sourceId}::uuid, ${expiresAt}::timestamptz
          FROM unnest(${wants.map(({ kind }) => kind)}::text[], ${wants.map((want) => want.campaignId)}::uuid[])
            AS want (kind, campaign_id)`,
  );
}

export async function deleteExpiredWants(db: EntityManager, now: Date): Promise<number> {
  return execute(db, sql`DELETE FROM event_wants WHERE expires_at <= ${now}`);
}
