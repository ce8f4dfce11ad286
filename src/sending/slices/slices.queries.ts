import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { Day } from '../../rules/calendar/day.js';
import type { Release } from '../../rules/calendar/pace.js';

/** A slice to be cut: how many recipients, and when they are due. */
export interface Cut {
  id: string;
  dueAt: Date;
  size: number;
  /** Its recipients share this clock; omitted: that of the campaign. */
  zoneId?: number | null;
}

export interface ReleasedCount {
  recipients: number;
  /** How many of them count against today's allowance from now on. */
  places: number;
}

export interface CutTarget {
  campaignId: string;
  senderId: string;
  today: Day;
  /** When today began: a recipient attempted since then and retried by hand already has a place today. */
  begins: Date;
  /** Of an experiment: recipients of a later wave stay where they are. */
  openWave: number;
  now: Date;
}

/**
 * Releases the recipients of today in insertion order: they become `queued` and get a slice. The cuts say how many
 * at most; which recipients are still there is decided here, under the lock of their campaign.
 */
export async function cutPending(
  tx: EntityManager,
  target: CutTarget,
  cuts: readonly Cut[],
): Promise<ReleasedCount> {
  const total = sizeOf(cuts);
  return cut(
    tx,
    target,
    cuts,
    inOrder(sql`SELECT id, coalesce(attempted_at < ${target.begins}, true) AS takes_place FROM campaign_recipients
                 WHERE campaign_id = ${target.campaignId} AND scheduled_send_date = ${target.today}
                   AND slice_id IS NULL AND status = 'pending' AND wave <= ${target.openWave}
                 ORDER BY id LIMIT ${total} FOR UPDATE`),
  );
}

/**
 * The same for recipients whose next attempt is due. `untaken`: how many retries from earlier days still fit into
 * today's allowance.
 */
export async function cutRetries(
  tx: EntityManager,
  target: CutTarget,
  cuts: readonly Cut[],
  untaken: number,
): Promise<ReleasedCount> {
  const due = sql`campaign_id = ${target.campaignId} AND next_attempt_at <= ${target.now}
                  AND slice_id IS NULL AND status = 'retry'`;
  return cut(
    tx,
    target,
    cuts,
    inOrder(sql`SELECT id, scheduled_send_date IS DISTINCT FROM ${target.today}::date AS takes_place
                  FROM campaign_recipients
                 WHERE id IN (SELECT id FROM campaign_recipients WHERE ${due} AND scheduled_send_date = ${target.today}
                              UNION ALL
                              (SELECT id FROM campaign_recipients WHERE ${due}
                                  AND scheduled_send_date IS DISTINCT FROM ${target.today}::date
                                ORDER BY next_attempt_at LIMIT ${untaken}))
                 ORDER BY id LIMIT ${sizeOf(cuts)} FOR UPDATE`),
  );
}

const inOrder = (chosen: Sql): Sql =>
  sql`SELECT id, takes_place, row_number() OVER (ORDER BY id) AS place FROM (${chosen}) AS c`;

/** The places at which slices begin that follow each other. */
function startsOf(cuts: readonly Cut[]): number[] {
  let next = 1;
  return cuts.map(({ size }) => (next += size) - size);
}

/** `chosen`: the recipients, each with its place; `starts`: the place at which each slice begins. */
export async function cut(
  tx: EntityManager,
  { campaignId, senderId, today, now }: CutTarget,
  cuts: readonly Cut[],
  chosen: Sql,
  starts: readonly number[] = startsOf(cuts),
): Promise<ReleasedCount> {
  if (cuts.length === 0) return { recipients: 0, places: 0 };
  const row = await firstOf<ReleasedCount>(
    tx,
    // Each row finds its slice by a binary search over the positions at which slices begin.
    sql`WITH chosen AS MATERIALIZED (
          ${chosen}
        ), taken AS (
          UPDATE campaign_recipients r
             SET status = 'queued', next_attempt_at = NULL, scheduled_send_date = ${today}, updated_at = ${now},
                 slice_id = (${cuts.map(({ id }) => id)}::uuid[])[width_bucket(chosen.place, ${starts}::bigint[])]
            FROM chosen WHERE r.id = chosen.id
          RETURNING r.id, r.slice_id
        ), made AS (
          INSERT INTO campaign_slices
            (id, campaign_id, sender_id, send_date, first_recipient, last_recipient, size, due_at, zone_id,
             created_at)
          SELECT slice_id, ${campaignId}, ${senderId}, ${today}, min(taken.id::text)::uuid, max(taken.id::text)::uuid,
                 count(*), min(planned.due_at), min(planned.zone_id), ${now}
            FROM taken
            JOIN unnest(${cuts.map(({ id }) => id)}::uuid[], ${cuts.map(({ dueAt }) => dueAt)}::timestamptz[],
                        ${cuts.map(({ zoneId }) => zoneId ?? null)}::smallint[])
                 AS planned (id, due_at, zone_id) ON planned.id = taken.slice_id
           GROUP BY slice_id
        )
        SELECT count(*)::int AS recipients, (count(*) FILTER (WHERE takes_place))::int AS places FROM chosen`,
  );
  return row ?? { recipients: 0, places: 0 };
}

const sizeOf = (cuts: readonly Cut[]): number => cuts.reduce((sum, { size }) => sum + size, 0);

/** How much of today's allowance is used. */
export async function takenToday(
  tx: EntityManager,
  { campaignId, today }: Pick<CutTarget, 'campaignId' | 'today'>,
): Promise<number> {
  const row = await firstOf<{ taken: number }>(
    tx,
    sql`SELECT messages_taken AS taken FROM campaign_send_schedule
         WHERE campaign_id = ${campaignId} AND send_date = ${today} AND batch_number = 1`,
  );
  return row?.taken ?? 0;
}

/** A day without a plan gets a row to count in. */
export async function openDay(
  tx: EntityManager,
  { campaignId, today, now }: Pick<CutTarget, 'campaignId' | 'today' | 'now'>,
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO campaign_send_schedule
          (campaign_id, send_date, batch_number, batch_size, messages_remaining, created_at, updated_at)
        VALUES (${campaignId}, ${today}, 1, 0, 0, ${now}, ${now}) ON CONFLICT DO NOTHING`,
  );
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
  /** Retries that are due: of today's recipients, and of recipients from earlier days. */
  retriesOfToday: number;
  retriesOfEarlier: number;
  /** Recipients in unfinished slices. */
  underWay: number;
}

export async function dueWork(
  tx: EntityManager,
  { campaignId, today, openWave, now }: Pick<CutTarget, 'campaignId' | 'today' | 'openWave' | 'now'>,
  limit: number,
): Promise<DueWork> {
  const row = await firstOf<DueWork>(
    tx,
    sql`SELECT (SELECT count(*) FROM (
                  SELECT FROM campaign_recipients
                   WHERE campaign_id = ${campaignId} AND scheduled_send_date = ${today} AND slice_id IS NULL
                     AND status = 'pending' AND wave <= ${openWave} LIMIT ${limit}) AS p)::int AS pending,
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

/**
 * What the campaign has released within the last minute or is going to release, in order of time. Slices of a former
 * pace are being given back: they hold no place in the new one.
 */
export async function releasesOf(
  tx: EntityManager,
  { id, paceChangedAt }: { id: string; paceChangedAt: Date | null },
  since: Date,
): Promise<Release[]> {
  const rows = await rowsOf<{ at: Date; size: number }>(
    tx,
    sql`SELECT coalesce(last_claim_at, due_at) AS at, size FROM campaign_slices
         WHERE campaign_id = ${id}
           AND (last_claim_at > ${since}
                OR (state IN ('waiting', 'taken') AND created_at > coalesce(${paceChangedAt}::timestamptz, '-infinity')))
         ORDER BY 1`,
  );
  return rows.map(({ at, size }) => ({ atMs: at.getTime(), size }));
}

/** When the next retry is due; null: none waits. */
export async function nextRetryAt(tx: EntityManager, campaignId: string, now: Date): Promise<Date | null> {
  const row = await firstOf<{ at: Date }>(
    tx,
    sql`SELECT next_attempt_at AS at FROM campaign_recipients
         WHERE campaign_id = ${campaignId} AND next_attempt_at > ${now} ORDER BY next_attempt_at LIMIT 1`,
  );
  return row?.at ?? null;
}

export interface FeedCandidate {
  organizationId: string;
  id: string;
}

/**
 * Active campaigns whose next look is due, along the index of these times. Those with enough in their slices can wait:
 * `horizon` people, or what their rate sends within `minutes`.
 */
export async function findFeedable(
  db: EntityManager,
  now: Date,
  { horizon, minutes }: { horizon: number; minutes: number },
): Promise<FeedCandidate[]> {
  return rowsOf<FeedCandidate>(
    db,
    sql`SELECT c.organization_id AS "organizationId", c.id
          FROM marketing_campaigns c
         WHERE c.status = 'active' AND (c.feed_at IS NULL OR c.feed_at <= ${now})
           AND (SELECT coalesce(sum(s.size), 0) FROM campaign_slices s
                 WHERE s.campaign_id = c.id AND s.state IN ('waiting', 'taken'))
               < least(${horizon}::int, ceil(c.rate_limit * ${minutes}::numeric))
         ORDER BY c.priority, c.created_at, c.id`,
  );
}
