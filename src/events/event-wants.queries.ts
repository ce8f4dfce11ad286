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

export interface WantedEvent {
  organizationId: string;
  kind: string;
  campaignId?: string | null;
}

/** Those of the events that somebody wants. */
export async function wantedAmong<T extends WantedEvent>(
  tx: EntityManager,
  events: readonly T[],
): Promise<T[]> {
  const rows = await rowsOf<{ place: number }>(
    tx,
    sql`SELECT (place - 1)::int AS place
          FROM unnest(${events.map(({ organizationId }) => organizationId)}::uuid[],
                      ${events.map(({ kind }) => kind)}::text[],
                      ${events.map(({ campaignId }) => campaignId ?? null)}::uuid[])
               WITH ORDINALITY AS event (organization_id, kind, campaign_id, place)
         WHERE EXISTS (SELECT 1 FROM event_wants w
                        WHERE w.organization_id = event.organization_id
                          AND w.kind IN (event.kind, split_part(event.kind, '.', 1) || '.*', '*')
                          AND (w.campaign_id IS NULL OR w.campaign_id = event.campaign_id))`,
  );
  return rows.flatMap(({ place }) => events[place] ?? []);
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

/** One row for each source, kind and campaign, also when two processes enter it at the same time. */
const ONE_EACH = sql`(organization_id, source, source_id, kind,
  coalesce(campaign_id, '00000000-0000-0000-0000-000000000000'::uuid))`;

export async function insertWants(
  tx: EntityManager,
  { organizationId, source, sourceId }: WantSource,
  wants: readonly Want[],
  expiresAt: Date | null,
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO event_wants (organization_id, kind, campaign_id, source, source_id, expires_at)
        SELECT DISTINCT ${organizationId}::uuid, kind, campaign_id, ${source}, ${sourceId}::uuid,
               ${expiresAt}::timestamptz
          FROM unnest(${wants.map(({ kind }) => kind)}::text[], ${wants.map((want) => want.campaignId)}::uuid[])
            AS want (kind, campaign_id)
         ORDER BY kind, campaign_id
        ON CONFLICT ${ONE_EACH} DO UPDATE SET expires_at = excluded.expires_at`,
  );
}

export async function deleteExpiredWants(db: EntityManager, now: Date): Promise<number> {
  return execute(db, sql`DELETE FROM event_wants WHERE expires_at <= ${now}`);
}

/** Whether one of these kinds has no want of this source, or one that ends before `until`. */
export async function isWantDue(
  db: EntityManager,
  { organizationId, source, sourceId }: WantSource,
  kinds: readonly string[],
  until: Date,
): Promise<boolean> {
  const row = await firstOf<{ due: boolean }>(
    db,
    sql`SELECT EXISTS (
          SELECT FROM unnest(${kinds}::text[]) AS wanted (kind)
           WHERE NOT EXISTS (SELECT FROM event_wants w
                              WHERE w.source = ${source} AND w.source_id = ${sourceId} AND w.kind = wanted.kind
                                AND w.organization_id = ${organizationId} AND w.expires_at >= ${until})) AS due`,
  );
  return row?.due === true;
}

export async function extendWants(
  tx: EntityManager,
  { organizationId, source, sourceId }: WantSource,
  kinds: readonly string[],
  expiresAt: Date,
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO event_wants (organization_id, kind, source, source_id, expires_at)
        SELECT DISTINCT ${organizationId}::uuid, kind, ${source}, ${sourceId}::uuid, ${expiresAt}::timestamptz
          FROM unnest(${kinds}::text[]) AS want (kind)
         ORDER BY kind
        ON CONFLICT ${ONE_EACH} DO UPDATE SET expires_at = greatest(event_wants.expires_at, excluded.expires_at)`,
  );
}
