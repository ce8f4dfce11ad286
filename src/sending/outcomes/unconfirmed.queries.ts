import type { EntityManager } from 'typeorm';
import { execute, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { SliceRow } from '../slices/leases.queries.js';

export type DoubtfulSlice = SliceRow & { organizationId: string };

/** Attempts begun before these instants have waited long enough for a word from Meta. */
export interface Terms {
  /** For an answer that was lost. */
  doubtedBefore: Date;
  /** For a message that Meta holds back. */
  heldBefore: Date;
}

const isDue = ({ doubtedBefore, heldBefore }: Terms): Sql =>
  sql`((r.status = 'sending' AND r.attempted_at <= ${doubtedBefore}) OR (r.status = 'held' AND r.attempted_at <= ${heldBefore}))`;

const OF_SLICE = sql`r.campaign_id = s.campaign_id AND r.slice_id = s.id
  AND r.id BETWEEN s.first_recipient AND s.last_recipient`;

/**
 * Slices with recipients whose term is over, including slices that still have recipients to send to and wait for a
 * paused number; and slices whose doubts have all been settled. In the order of their ids. Of those in which nothing is
 * due, `postponeLooks` decides when they are looked through again.
 */
export async function findDoubtful(
  db: EntityManager,
  terms: Terms,
  { now, after, limit }: { now: Date; after: string | null; limit: number },
): Promise<DoubtfulSlice[]> {
  const later = after === null ? sql`true` : sql`s.id > ${after}`;
  return rowsOf<DoubtfulSlice>(
    db,
    sql`SELECT s.id, s.campaign_id AS "campaignId", s.sender_id AS "senderId", s.send_date AS "sendDate",
               s.first_recipient AS "firstRecipient", s.last_recipient AS "lastRecipient", s.size, s.state,
               s.due_at AS "dueAt", s.last_claim_at AS "lastClaimAt", s.created_at AS "createdAt", c.organization_id AS "organizationId"
          FROM campaign_slices s JOIN marketing_campaigns c ON c.id = s.campaign_id
         WHERE ${isLookedAt(terms, now)} AND ${later}
           AND (EXISTS (SELECT FROM campaign_recipients r WHERE ${OF_SLICE} AND ${isDue(terms)})
                OR (s.state = 'in_doubt'
                    AND NOT EXISTS (SELECT FROM campaign_recipients r
                                     WHERE ${OF_SLICE} AND r.status IN ('queued', 'sending', 'held'))))
         ORDER BY s.id LIMIT ${limit}`,
  );
}

const isLookedAt = ({ doubtedBefore }: Terms, now: Date): Sql =>
  sql`s.state IN ('in_doubt', 'waiting') AND s.created_at <= ${doubtedBefore} AND (s.look_at IS NULL OR s.look_at <= ${now})`;

/**
 * After all that was due has been settled. The next look comes with the first term that ends, and at the latest after
 * `longest`: shorter than any term, so that an attempt made meanwhile is found in time.
 */
export async function postponeLooks(
  db: EntityManager,
  terms: Terms,
  { now, longestMs }: { now: Date; longestMs: number },
): Promise<void> {
  const until = ({ at, before }: { at: Sql; before: Date }): Sql =>
    sql`${at} + make_interval(secs => ${(now.getTime() - before.getTime()) / 1_000})`;
  await execute(
    db,
    sql`UPDATE campaign_slices s
           SET look_at = least(${new Date(now.getTime() + longestMs)}::timestamptz, (
                 SELECT min(CASE r.status WHEN 'sending'
                                 THEN ${until({ at: sql`r.attempted_at`, before: terms.doubtedBefore })}
                                 ELSE ${until({ at: sql`r.attempted_at`, before: terms.heldBefore })} END)
                   FROM campaign_recipients r WHERE ${OF_SLICE} AND r.status IN ('sending', 'held')))
         WHERE s.id IN (SELECT s.id FROM campaign_slices s WHERE ${isLookedAt(terms, now)}
                         ORDER BY s.id FOR NO KEY UPDATE SKIP LOCKED)`,
  );
}

/** Returns the recipients that it gave up. */
export async function settleUnconfirmed(
  tx: EntityManager,
  slice: SliceRow,
  { terms, reasons, now }: { terms: Terms; reasons: { doubted: string; held: string }; now: Date },
): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`UPDATE campaign_recipients r
           SET status = 'failed', failed_at = ${now}, error_code = NULL, updated_at = ${now},
               failure_reason = CASE WHEN r.status = 'held' THEN ${reasons.held} ELSE ${reasons.doubted} END
         WHERE r.id IN (SELECT r.id FROM campaign_recipients r
                         WHERE r.campaign_id = ${slice.campaignId} AND r.slice_id = ${slice.id} AND ${isDue(terms)}
                           AND r.id BETWEEN ${slice.firstRecipient} AND ${slice.lastRecipient}
                         ORDER BY r.id FOR UPDATE)
        RETURNING r.id`,
  );
  return rows.map(({ id }) => id);
}
