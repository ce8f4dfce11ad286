import type { EntityManager } from 'typeorm';
import { firstOf, rowsOf, sql } from '../platform/database/sql.js';
import type { FeedPlace } from './feed-place.js';

export interface FeedEvent extends FeedPlace {
  kind: string;
  customerId: string | null;
  objectId: string | null;
  data: Record<string, unknown>;
  occurredAt: Date;
  recordedAt: Date;
}

/** Readers of an organization that have stopped at the same place. */
export interface FeedGroup {
  organizationId: string;
  place: FeedPlace;
  /** Kinds, `area.*` and `*`. */
  kinds: readonly string[];
}

export interface FeedPage {
  /** The oldest transaction that was open: everything before it is in the page, or past its end. */
  horizon: string;
  events: FeedEvent[];
}

/** Everything that is committed before this place has been. */
export async function presentPlace(db: EntityManager): Promise<FeedPlace> {
  const row = await firstOf<{ xid: string }>(
    db,
    sql`SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xid`,
  );
  return { xid: row?.xid ?? '0', seq: '0' };
}

/**
 * The next events of all groups, in the order of the transactions that wrote them, and only of transactions older than
 * all that are open: one that commits late can then never appear behind a reader that has gone on.
 */
export async function readPages(
  db: EntityManager,
  groups: readonly FeedGroup[],
  limit: number,
): Promise<FeedPage[]> {
  const rows = await rowsOf<
    { place: number; horizon: string } & (FeedEvent | { [K in keyof FeedEvent]: null })
  >(
    db,
    sql`WITH horizon AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
        SELECT (reader.place - 1)::int AS place, horizon.xid::text AS horizon, e.xid::text, e.seq::text, e.kind,
               e.customer_id AS "customerId", e.object_id AS "objectId", e.data, e.occurred_at AS "occurredAt",
               e.recorded_at AS "recordedAt"
          FROM unnest(${groups.map(({ organizationId }) => organizationId)}::uuid[],
                      ${groups.map(({ place }) => place.xid)}::text[], ${groups.map(({ place }) => place.seq)}::bigint[],
                      ${groups.map(({ kinds }) => kinds.join(' '))}::text[])
               WITH ORDINALITY AS reader (organization_id, xid, seq, kinds, place)
         CROSS JOIN horizon
          LEFT JOIN LATERAL (
            SELECT recorded_xid AS xid, seq, kind, customer_id, object_id, data, occurred_at, recorded_at
              FROM domain_events d
             WHERE d.organization_id = reader.organization_id AND (d.recorded_xid, d.seq) > (reader.xid::xid8, reader.seq)
               AND d.recorded_xid < horizon.xid
               AND string_to_array(reader.kinds, ' ') && ARRAY[d.kind::text, split_part(d.kind, '.', 1) || '.*', '*']
             ORDER BY d.recorded_xid, d.seq LIMIT ${limit}) e ON true
         ORDER BY reader.place, e.xid, e.seq`,
  );
  const pages = groups.map((): FeedPage => ({ horizon: '0', events: [] }));
  for (const { place, horizon, ...event } of rows) {
    const page = pages[place];
    if (page === undefined) continue;
    page.horizon = horizon;
    if (event.seq !== null) page.events.push(event);
  }
  return pages;
}
