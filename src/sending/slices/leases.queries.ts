import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { Day } from '../../rules/calendar/day.js';
import type { SliceState } from './slice.entity.js';

export interface TakenSlice {
  id: string;
  tries: number;
  priority: number;
}

/**
 * Takes slices that are due, by priority, then age of their campaign: only as many at a time as each number can work
 * through within a moment, so that urgent work never waits behind a long queue.
 */
export async function takeDue(
  tx: EntityManager,
  { now, leasedUntil, atOnce }: { now: Date; leasedUntil: Date; atOnce: number },
): Promise<TakenSlice[]> {
  return rowsOf<TakenSlice>(
    tx,
    sql`WITH busy AS (
          SELECT sender_id, count(*) AS slices FROM campaign_slices WHERE state = 'taken' GROUP BY sender_id
        ), ranked AS (
          SELECT s.id, c.priority, c.created_at, s.due_at,
                 row_number() OVER (PARTITION BY s.sender_id ORDER BY c.priority, c.created_at, s.due_at, s.id)
                   + coalesce(b.slices, 0) AS place,
                 least(${atOnce}, greatest(2, ceil(n.throughput_per_second / 40.0))) AS places
            FROM campaign_slices s
            JOIN marketing_campaigns c ON c.id = s.campaign_id AND c.status = 'active'
            JOIN senders n ON n.id = s.sender_id AND n.status = 'active' AND n.verified_at IS NOT NULL
            LEFT JOIN busy b ON b.sender_id = s.sender_id
           WHERE s.state = 'waiting' AND s.due_at <= ${now}
        ), chosen AS (
          SELECT id FROM campaign_slices
           WHERE id IN (SELECT id FROM ranked WHERE place <= places ORDER BY priority, created_at, due_at, id LIMIT ${atOnce})
             AND state = 'waiting'
             FOR UPDATE SKIP LOCKED
        )
        UPDATE campaign_slices s
           SET state = 'taken', leased_until = ${leasedUntil}, tries = tries + 1
          FROM chosen, marketing_campaigns c WHERE s.id = chosen.id AND c.id = s.campaign_id
        RETURNING s.id, s.tries, c.priority`,
  );
}

/** Slices of a dead worker or of a lost job wait again. Nothing else changes. */
export async function releaseExpired(db: EntityManager, now: Date): Promise<number> {
  return execute(
    db,
    sql`UPDATE campaign_slices SET state = 'waiting', leased_until = NULL
         WHERE id IN (SELECT id FROM campaign_slices WHERE state = 'taken' AND leased_until < ${now}
                       ORDER BY id FOR UPDATE SKIP LOCKED)`,
  );
}

/** Campaigns that no longer run but still have open slices, which are to be given back. A campaign is found once. */
export async function findOrphans(
  db: EntityManager,
  limit: number,
): Promise<{ organizationId: string; campaignId: string }[]> {
  return rowsOf(
    db,
    sql`SELECT DISTINCT c.organization_id AS "organizationId", c.id AS "campaignId"
          FROM campaign_slices s JOIN marketing_campaigns c ON c.id = s.campaign_id
         WHERE s.state IN ('waiting', 'taken') AND (c.status <> 'active' OR s.created_at <= c.pace_changed_at)
         LIMIT ${limit}`,
  );
}

export interface SliceRow {
  id: string;
  campaignId: string;
  senderId: string;
  sendDate: Day;
  firstRecipient: string;
  lastRecipient: string;
  size: number;
  state: SliceState;
  dueAt: Date;
  lastClaimAt: Date | null;
  createdAt: Date;
  /** Null: the clock of the campaign. */
  zoneId: number | null;
}

/** Starts or extends the lease of a worker; undefined: nothing is left to do. */
export async function holdSlice(
  db: EntityManager,
  id: string,
  leasedUntil: Date,
): Promise<SliceRow | undefined> {
  return firstOf<SliceRow>(
    db,
    sql`UPDATE campaign_slices SET state = 'taken', leased_until = ${leasedUntil}
         WHERE id = ${id} AND state IN ('waiting', 'taken')
        RETURNING id, campaign_id AS "campaignId", sender_id AS "senderId", send_date AS "sendDate",
                  first_recipient AS "firstRecipient", last_recipient AS "lastRecipient", size, state,
                  due_at AS "dueAt", last_claim_at AS "lastClaimAt", created_at AS "createdAt",
                  zone_id AS "zoneId"`,
  );
}

/** The slice waits until `dueAt`. */
export async function postponeSlice(db: EntityManager, id: string, dueAt: Date): Promise<void> {
  await execute(
    db,
    sql`UPDATE campaign_slices SET state = 'waiting', leased_until = NULL, due_at = ${dueAt}
         WHERE id = ${id} AND state IN ('waiting', 'taken')`,
  );
}

/**
 * Moves all waiting slices back by as much as the first of them is late: after a standstill the campaign resumes at
 * its pace instead of in a burst. Delays of up to two seconds are left to each slice.
 */
export async function postponeWaiting(tx: EntityManager, campaignId: string, until: Date): Promise<void> {
  await execute(
    tx,
    sql`WITH first AS (
          SELECT min(due_at) AS due_at FROM campaign_slices WHERE campaign_id = ${campaignId} AND state = 'waiting')
        UPDATE campaign_slices s
           SET due_at = s.due_at + (${until}::timestamptz - first.due_at)
          FROM first
         WHERE s.campaign_id = ${campaignId} AND s.state = 'waiting'
           AND ${until}::timestamptz - first.due_at > interval '2 seconds'`,
  );
}

const ofSlice = (slice: SliceRow) =>
  sql`campaign_id = ${slice.campaignId} AND id BETWEEN ${slice.firstRecipient} AND ${slice.lastRecipient}
      AND slice_id = ${slice.id}`;

/** All recipients were attempted. Is the outcome of any of them still unknown, or does Meta hold it back? */
export async function closeSlice(db: EntityManager, slice: SliceRow): Promise<void> {
  await execute(
    db,
    sql`UPDATE campaign_slices
           SET leased_until = NULL,
               state = CASE WHEN EXISTS (SELECT FROM campaign_recipients WHERE ${ofSlice(slice)} AND status = 'queued')
                              THEN 'waiting'
                            WHEN EXISTS (SELECT FROM campaign_recipients WHERE ${ofSlice(slice)}
                                            AND status IN ('sending', 'held'))
                              THEN 'in_doubt'
                            ELSE 'done' END
         WHERE id = ${slice.id} AND state IN ('waiting', 'taken', 'in_doubt')`,
  );
}

/**
 * Recipients that were not attempted wait again, for a day of the plan or for another attempt; a campaign that is over
 * has no plan. Returns how many places
 * of their day become free. The caller holds the lock of the campaign.
 */
export async function giveBack(
  tx: EntityManager,
  slice: SliceRow,
  { isOver, nextAttemptAt, now }: { isOver: boolean; nextAttemptAt: Date; now: Date },
): Promise<number> {
  const row = await firstOf<{ places: number }>(
    tx,
    sql`WITH chosen AS (
          SELECT id FROM campaign_recipients WHERE ${ofSlice(slice)} AND status = 'queued' ORDER BY id FOR UPDATE
        ), back AS (
          UPDATE campaign_recipients r
             SET status = CASE WHEN attempts = 0 THEN 'pending' ELSE 'retry' END, slice_id = NULL, updated_at = ${now},
                 next_attempt_at = CASE WHEN attempts = 0 THEN NULL ELSE ${nextAttemptAt}::timestamptz END,
                 scheduled_send_date = CASE WHEN attempts = 0 AND ${isOver} THEN NULL ELSE scheduled_send_date END
            FROM chosen WHERE r.id = chosen.id
          RETURNING r.attempts
        )
        SELECT (count(*) FILTER (WHERE attempts = 0))::int AS places FROM back`,
  );
  return row?.places ?? 0;
}

const isCutUntil = (at: Date | null): Sql => (at === null ? sql`true` : sql`s.created_at <= ${at}`);

/**
 * The same for all open slices of a stopped campaign, or for those that were cut until an instant, and their places go back to the allowance of their days. A
 * campaign that is over keeps no plan. One statement whatever the number of slices; the caller holds the campaign. OFFSET
 * keeps one short range of the index a slice: without statistics, a join reads all recipients for each of them.
 */
export async function giveBackOpen(
  tx: EntityManager,
  campaignId: string,
  {
    isOver,
    nextAttemptAt,
    cutUntil,
    now,
  }: { isOver: boolean; nextAttemptAt: Date; cutUntil: Date | null; now: Date },
): Promise<void> {
  await execute(
    tx,
    sql`WITH chosen AS MATERIALIZED (
          SELECT r.id, s.send_date
            FROM campaign_slices s
           CROSS JOIN LATERAL (SELECT id FROM campaign_recipients r
                                WHERE r.campaign_id = s.campaign_id AND r.slice_id = s.id AND r.status = 'queued'
                                  AND r.id BETWEEN s.first_recipient AND s.last_recipient OFFSET 0) AS r
           WHERE s.campaign_id = ${campaignId} AND s.state IN ('waiting', 'taken') AND ${isCutUntil(cutUntil)}
           ORDER BY r.id
        ), back AS (
          UPDATE campaign_recipients r
             SET status = CASE WHEN attempts = 0 THEN 'pending' ELSE 'retry' END, slice_id = NULL, updated_at = ${now},
                 next_attempt_at = CASE WHEN attempts = 0 THEN NULL ELSE ${nextAttemptAt}::timestamptz END,
                 scheduled_send_date = CASE WHEN attempts = 0 AND ${isOver} THEN NULL ELSE scheduled_send_date END
            FROM chosen WHERE r.id = chosen.id AND r.status = 'queued'
          RETURNING r.attempts, chosen.send_date
        ), places AS (
          SELECT send_date, count(*)::int AS free FROM back WHERE attempts = 0 GROUP BY send_date
        )
        UPDATE campaign_send_schedule s SET messages_taken = greatest(0, s.messages_taken - places.free)
          FROM places WHERE s.campaign_id = ${campaignId} AND s.send_date = places.send_date AND s.batch_number = 1`,
  );
}

/** A statement of its own: it sees what claims had begun before the recipients were locked. */
export async function closeOpen(tx: EntityManager, campaignId: string, cutUntil: Date | null): Promise<void> {
  await execute(
    tx,
    sql`UPDATE campaign_slices s
           SET leased_until = NULL,
               state = CASE WHEN EXISTS (SELECT FROM campaign_recipients r
                                          WHERE r.campaign_id = s.campaign_id AND r.slice_id = s.id
                                            AND r.id BETWEEN s.first_recipient AND s.last_recipient
                                            AND r.status IN ('sending', 'held'))
                            THEN 'in_doubt' ELSE 'done' END
         WHERE s.campaign_id = ${campaignId} AND s.state IN ('waiting', 'taken') AND ${isCutUntil(cutUntil)}`,
  );
}

/** The recipients of a finished slice no longer need it; recent slices are kept for inspection. */
export async function purgeDone(db: EntityManager, before: Date): Promise<number> {
  return execute(db, sql`DELETE FROM campaign_slices WHERE state = 'done' AND created_at < ${before}`);
}

export async function renewSlice(db: EntityManager, id: string, leasedUntil: Date): Promise<void> {
  await execute(
    db,
    sql`UPDATE campaign_slices SET leased_until = ${leasedUntil} WHERE id = ${id} AND state = 'taken'`,
  );
}

export async function releaseSlice(db: EntityManager, id: string): Promise<void> {
  await execute(
    db,
    sql`UPDATE campaign_slices SET state = 'waiting', leased_until = NULL WHERE id = ${id} AND state = 'taken'`,
  );
}

export async function organizationOf(db: EntityManager, campaignId: string): Promise<string | undefined> {
  const row = await firstOf<{ organizationId: string }>(
    db,
    sql`SELECT organization_id AS "organizationId" FROM marketing_campaigns WHERE id = ${campaignId}`,
  );
  return row?.organizationId;
}
