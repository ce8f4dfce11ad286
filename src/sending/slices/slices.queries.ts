import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { Day } from '../../rules/calendar/day.js';
import type { Release } from '../../rules/calendar/pace.js';

/** A slice that is about to be cut: so many recipients, at this instant. */
export interface Cut {
  id: string;
  dueAt: Date;
  size: number;
}

export interface LetGo {
  recipients: number;
  /** Those of them who count for today's allowance from now on. */
  places: number;
}

export interface CutTarget {
  campaignId: string;
  senderId: string;
  today: Day;
  /** When today began: who was tried since then, and is tried again by hand, has their place already. */
  begins: Date;
  now: Date;
}

/**
 * Lets recipients go whose day has come, in insertion order: they are `queued`, and lie in slices. How many are to
 * be had is in the cuts; who is there is decided here, under the lock of their campaign.
 */
export async function cutPending(tx: EntityManager, target: CutTarget, cuts: readonly Cut[]): Promise<LetGo> {
  const total = sizeOf(cuts);
  return cut(
    tx,
    target,
    cuts,
    sql`SELECT id, coalesce(attempted_at < ${target.begins}, true) AS takes_place FROM campaign_recipients
         WHERE campaign_id = ${target.campaignId} AND scheduled_send_date = ${target.today}
           AND slice_id IS NULL AND status = 'pending'
         ORDER BY id LIMIT ${total} FOR UPDATE`,
  );
}

/** The same for those whose next attempt is due. `untaken`: how many of earlier days today's allowance still has room for. */
export async function cutRetries(
  tx: EntityManager,
  target: CutTarget,
  cuts: readonly Cut[],
  untaken: number,
): Promise<LetGo> {
  const due = sql`campaign_id = ${target.campaignId} AND next_attempt_at <= ${target.now}
                  AND slice_id IS NULL AND status = 'retry'`;
  return cut(
    tx,
    target,
    cuts,
    sql`SELECT id, scheduled_send_date IS DISTINCT FROM ${target.today}::date AS takes_place FROM campaign_recipients
         WHERE id IN (SELECT id FROM campaign_recipients WHERE ${due} AND scheduled_send_date = ${target.today}
                      UNION ALL
                      (SELECT id FROM campaign_recipients WHERE ${due}
                          AND scheduled_send_date IS DISTINCT FROM ${target.today}::date
                        ORDER BY next_attempt_at LIMIT ${untaken}))
         ORDER BY id LIMIT ${sizeOf(cuts)} FOR UPDATE`,
  );
}

async function cut(
  tx: EntityManager,
  { campaignId, senderId, today, now }: CutTarget,
  cuts: readonly Cut[],
  chosen: Sql,
): Promise<LetGo> {
  if (cuts.length === 0) return { recipients: 0, places: 0 };
  let next = 1;
  const starts = cuts.map(({ size }) => (next += size) - size);
  const row = await firstOf<LetGo>(
    tx,
    // Each row finds its slice by a binary search among the places at which slices begin.
    sql`WITH chosen AS MATERIALIZED (
          SELECT id, takes_place, row_number() OVER (ORDER BY id) AS place FROM (${chosen}) AS c
        ), taken AS (
          UPDATE campaign_recipients r
             SET status = 'queued', next_attempt_at = NULL, scheduled_send_date = ${today}, updated_at = ${now},
                 slice_id = (${cuts.map(({ id }) => id)}::uuid[])[width_bucket(chosen.place, ${starts}::bigint[])]
            FROM chosen WHERE r.id = chosen.id
          RETURNING r.id, r.slice_id
        ), made AS (
          INSERT INTO campaign_slices
            (id, campaign_id, sender_id, send_date, first_recipient, last_recipient, size, due_at, created_at)
          SELECT slice_id, ${campaignId}, ${senderId}, ${today}, min(taken.id::text)::uuid, max(taken.id::text)::uuid,
                 count(*), min(planned.due_at), ${now}
            FROM taken
            JOIN unnest(${cuts.map(({ id }) => id)}::uuid[], ${cuts.map(({ dueAt }) => dueAt)}::timestamptz[])
                 AS planned (id, due_at) ON planned.id = taken.slice_id
           GROUP BY slice_id
        )
        SELECT count(*)::int AS recipients, (count(*) FILTER (WHERE takes_place))::int AS places FROM chosen`,
  );
  return row ?? { recipients: 0, places: 0 };
}

const sizeOf = (cuts: readonly Cut[]): number => cuts.reduce((sum, { size }) => sum + size, 0);

/** What today's allowance has been spent on; a day that was not planned for gets its row, to be counted in. */
export async function takenToday(
  tx: EntityManager,
  { campaignId, today, now }: Pick<CutTarget, 'campaignId' | 'today' | 'now'>,
): Promise<number> {
  await execute(
    tx,
    sql`INSERT INTO campaign_send_schedule
          (campaign_id, send_date, batch_number, batch_size, messages_remaining, created_at, updated_at)
        VALUES (${campaignId}, ${today}, 1, 0, 0, ${now}, ${now}) ON CONFLICT DO NOTHING`,
  );
  const row = await firstOf<{ taken: number }>(
    tx,
    sql`SELECT messages_taken AS taken FROM campaign_send_schedule
         WHERE campaign_id = ${campaignId} AND send_date = ${today} AND batch_number = 1`,
  );
  return row?.taken ?? 0;
}

export async function addTaken(
  tx: EntityManager,
  campaignId: string,
  today: Day,
  count: number,
): Promise<void> {
  if (count === 0) return;
  await execute(
    tx,
    sql`UPDATE campaign_send_schedule SET messages_taken = greatest(0, messages_taken + ${count})
         WHERE campaign_id = ${campaignId} AND send_date = ${today} AND batch_number = 1`,
  );
}

export interface DueWork {
  pending: number;
  /** Retries whose time has come: of today's people, and of people of earlier days. */
  retriesOfToday: number;
  retriesOfEarlier: number;
  /** Recipients in slices that are not finished. */
  underWay: number;
}

export async function dueWork(
  tx: EntityManager,
  { campaignId, today, now }: Pick<CutTarget, 'campaignId' | 'today' | 'now'>,
  limit: number,
): Promise<DueWork> {
  const row = await firstOf<DueWork>(
    tx,
    sql`SELECT (SELECT count(*) FROM (
                  SELECT FROM campaign_recipients
                   WHERE campaign_id = ${campaignId} AND scheduled_send_date = ${today} AND slice_id IS NULL
                     AND status = 'pending' LIMIT ${limit}) AS p)::int AS pending,
               retries.today AS "retriesOfToday", retries.earlier AS "retriesOfEarlier",
               (SELECT coalesce(sum(size), 0) FROM campaign_slices
                 WHERE campaign_id = ${campaignId} AND state IN ('waiting', 'taken'))::int AS "underWay"
          FROM (SELECT count(*) FILTER (WHERE scheduled_send_date = ${today})::int AS today,
                       count(*) FILTER (WHERE scheduled_send_date IS DISTINCT FROM ${today}::date)::int AS earlier
                  FROM (SELECT scheduled_send_date FROM campaign_recipients
                         WHERE campaign_id = ${campaignId} AND next_attempt_at <= ${now} AND slice_id IS NULL
                           AND status = 'retry' LIMIT ${limit}) AS r) AS retries`,
  );
  return row ?? { pending: 0, retriesOfToday: 0, retriesOfEarlier: 0, underWay: 0 };
}

/** What the campaign has let go within the last minute, or is going to, in order of time. */
export async function releasesOf(tx: EntityManager, campaignId: string, since: Date): Promise<Release[]> {
  const rows = await rowsOf<{ at: Date; size: number }>(
    tx,
    sql`SELECT coalesce(last_claim_at, due_at) AS at, size FROM campaign_slices
         WHERE campaign_id = ${campaignId} AND (state = 'waiting' OR last_claim_at > ${since} OR state = 'taken')
         ORDER BY 1`,
  );
  return rows.map(({ at, size }) => ({ atMs: at.getTime(), size }));
}

export interface FeedCandidate {
  organizationId: string;
  id: string;
}

export interface DueCandidate extends FeedCandidate {
  /** False: only tomorrow has somebody. */
  isDueToday: boolean;
}

/**
 * Active campaigns that have somebody to let go. One that was started by its first day is let go day by day, by the
 * daily run; one that was told to send goes on by itself.
 */
export async function findFeedable(db: EntityManager, now: Date, horizon: number): Promise<FeedCandidate[]> {
  return rowsOf<FeedCandidate>(
    db,
    sql`SELECT c.organization_id AS "organizationId", c.id
          FROM marketing_campaigns c
         CROSS JOIN LATERAL (SELECT (${now}::timestamptz AT TIME ZONE c.time_zone)::date AS today) AS local
         WHERE c.status = 'active'
           AND (EXISTS (SELECT FROM campaign_recipients r
                         WHERE r.campaign_id = c.id AND r.next_attempt_at <= ${now} AND r.slice_id IS NULL
                           AND r.status = 'retry')
                OR ((c.start_date IS NULL OR c.released_on = local.today)
                    AND EXISTS (SELECT FROM campaign_recipients r
                                 WHERE r.campaign_id = c.id AND r.slice_id IS NULL
                                   AND r.scheduled_send_date = local.today AND r.status = 'pending')))
           AND (SELECT coalesce(sum(s.size), 0) FROM campaign_slices s
                 WHERE s.campaign_id = c.id AND s.state IN ('waiting', 'taken')) < ${horizon}
         ORDER BY c.priority, c.created_at, c.id`,
  );
}

/** Active campaigns of one organization, or of all, that have somebody planned for tomorrow or before. */
export async function findDueForRun(
  db: EntityManager,
  organizationId: string | null,
  now: Date,
): Promise<DueCandidate[]> {
  const isDueBy = (day: Sql) => sql`EXISTS (SELECT FROM campaign_recipients r
                        WHERE r.campaign_id = c.id AND r.slice_id IS NULL AND r.status IN ('pending', 'retry')
                          AND (r.scheduled_send_date IS NULL OR r.scheduled_send_date <= ${day}))`;
  return rowsOf<DueCandidate>(
    db,
    sql`SELECT c.organization_id AS "organizationId", c.id, ${isDueBy(sql`local.today`)} AS "isDueToday"
          FROM marketing_campaigns c
         CROSS JOIN LATERAL (SELECT (${now}::timestamptz AT TIME ZONE c.time_zone)::date AS today) AS local
         WHERE c.status = 'active' AND (${organizationId}::uuid IS NULL OR c.organization_id = ${organizationId})
           AND ${isDueBy(sql`local.today + 1`)}
         ORDER BY c.priority, c.created_at, c.id`,
  );
}

export async function setReleased(tx: EntityManager, campaignId: string, today: Day): Promise<void> {
  await execute(
    tx,
    sql`UPDATE marketing_campaigns SET released_on = ${today}
         WHERE id = ${campaignId} AND released_on IS DISTINCT FROM ${today}::date`,
  );
}

/** The day before today has somebody left, or somebody has no day: the plan has to be made anew first. */
export async function isOverdue(tx: EntityManager, campaignId: string, today: Day): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM campaign_recipients
         WHERE campaign_id = ${campaignId} AND slice_id IS NULL AND status = 'pending'
           AND (scheduled_send_date < ${today} OR scheduled_send_date IS NULL) LIMIT 1`,
  );
  return row !== undefined;
}
