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
  events: FeedEvent[];
  /** Where the readers of the group are after the page. */
  next: FeedPlace;
  /** When the last row of the page was recorded; undefined: the page has reached the present. */
  nextAt: Date | undefined;
}

export interface PageLimits {
  /** Rows of the table that are looked at, wanted or not: readers of rare kinds go on in pages as well. */
  scanned: number;
  events: number;
  /** Of the data of the events; one event may be larger. */
  bytes: number;
}

type PageRow = { place: number; horizon: string } & (
  (FeedEvent & { isTaken: boolean; isLast: boolean; isMore: boolean }) | { seq: null }
);

/** Everything that is committed before this place has been. */
export async function presentPlace(db: EntityManager): Promise<FeedPlace> {
  const row = await firstOf<{ xid: string }>(
    db,
    sql`SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xid`,
  );
  return { xid: row?.xid ?? '0', seq: '0' };
}

/** When the first event after a place was recorded, of whatever kind. */
export async function recordedAfter(
  db: EntityManager,
  organizationId: string,
  { xid, seq }: FeedPlace,
): Promise<Date | undefined> {
  const row = await firstOf<{ recordedAt: Date }>(
    db,
    sql`SELECT recorded_at AS "recordedAt" FROM domain_events
         WHERE organization_id = ${organizationId} AND (recorded_xid, seq) > (${xid}::xid8, ${seq}::bigint)
         ORDER BY recorded_xid, seq LIMIT 1`,
  );
  return row?.recordedAt;
}

/** Until the transaction ends. */
export async function limitStatements(tx: EntityManager, timeoutMs: number): Promise<void> {
  await rowsOf(tx, sql`SELECT set_config('statement_timeout', ${String(timeoutMs)}, true)`);
}

/**
 * The next events of all groups, in the order of the transactions that wrote them, and only of transactions older than
 * all that are open: one that commits late can then never appear behind a reader that has gone on. The limits are those
 * of each group: a page ends where the first one is reached.
 */
export async function readPages(
  db: EntityManager,
  groups: readonly FeedGroup[],
  limits: PageLimits,
): Promise<FeedPage[]> {
  const rows = await rowsOf<PageRow>(
    db,
    sql`WITH horizon AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
        SELECT (reader.place - 1)::int AS place, horizon.xid::text AS horizon, e.xid::text, e.seq::text, e.kind,
               e.customer_id AS "customerId", e.object_id AS "objectId", e.data, e.occurred_at AS "occurredAt",
               e.recorded_at AS "recordedAt", e.is_taken AS "isTaken", e.is_last AS "isLast", e.is_more AS "isMore"
          FROM unnest(${groups.map(({ organizationId }) => organizationId)}::uuid[],
                      ${groups.map(({ place }) => place.xid)}::text[], ${groups.map(({ place }) => place.seq)}::bigint[],
                      ${groups.map(({ kinds }) => kinds.join(' '))}::text[])
               WITH ORDINALITY AS reader (organization_id, xid, seq, kinds, place)
         CROSS JOIN horizon
          LEFT JOIN LATERAL (
            SELECT xid, seq, kind, customer_id, object_id, CASE WHEN is_taken THEN data END AS data, occurred_at,
                   recorded_at, is_taken, is_last, is_more
              FROM (
                SELECT counted.*, row_number() OVER (ORDER BY n DESC) = 1 AS is_last,
                       scanned = ${limits.scanned}::bigint OR count(*) OVER () < scanned AS is_more
                  FROM (
                    SELECT few.*, sum(CASE WHEN is_taken THEN octet_length(data::text) ELSE 0 END) OVER (ORDER BY n) AS bytes
                      FROM (
                        SELECT scan.*, count(*) FILTER (WHERE is_taken) OVER place AS nth, row_number() OVER place AS n,
                               count(*) OVER () AS scanned
                          FROM (
                            SELECT recorded_xid AS xid, seq, kind, customer_id, object_id, data, occurred_at, recorded_at,
                                   string_to_array(reader.kinds, ' ')
                                     && ARRAY[d.kind::text, split_part(d.kind, '.', 1) || '.*', '*'] AS is_taken
                              FROM domain_events d
                             WHERE d.organization_id = reader.organization_id
                               AND (d.recorded_xid, d.seq) > (reader.xid::xid8, reader.seq)
                               AND d.recorded_xid < horizon.xid
                             ORDER BY d.recorded_xid, d.seq LIMIT ${limits.scanned}) scan
                        WINDOW place AS (ORDER BY xid, seq)) few
                     WHERE nth <= ${limits.events}) counted
                 WHERE nth <= 1 OR bytes <= ${limits.bytes}) page
             WHERE is_taken OR is_last) e ON true
         ORDER BY reader.place, e.xid, e.seq`,
  );
  const pages = groups.map(({ place }): FeedPage => ({ events: [], next: place, nextAt: undefined }));
  for (const { place, horizon, ...row } of rows) {
    const page = pages[place];
    if (page === undefined) continue;
    if (row.seq === null) {
      page.next = { xid: horizon, seq: '0' };
      continue;
    }
    const { isTaken, isLast, isMore, ...event } = row;
    if (isTaken) page.events.push(event);
    if (!isLast) continue;
    page.next = isMore ? { xid: event.xid, seq: event.seq } : { xid: horizon, seq: '0' };
    page.nextAt = isMore ? event.recordedAt : undefined;
  }
  return pages;
}
