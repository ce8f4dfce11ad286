import type { EntityManager } from 'typeorm';
import { PLANNABLE_LIMIT } from '../../senders/quota/plannable-limit.js';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { Day } from '../../rules/calendar/day.js';
import type { DailyBatch } from '../../rules/calendar/plan-schedule.js';
import { rowRanges } from '../../rules/calendar/row-ranges.js';

export interface PlanScope {
  /** Campaigns that share one messaging limit are planned together, under one lock. */
  lockName: string;
  portfolioId: string | null;
  /** What there is to plan with. Null: unknown or unlimited, so campaigns do not compete for it. */
  messagingLimit: number | null;
}

export async function planScopeOf(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
): Promise<PlanScope | undefined> {
  return firstOf<PlanScope>(
    db,
    sql`SELECT coalesce(p.id, c.id)::text AS "lockName", p.id AS "portfolioId",
               ${PLANNABLE_LIMIT} AS "messagingLimit"
          FROM marketing_campaigns c
          LEFT JOIN senders s ON s.id = c.sender_id
          LEFT JOIN portfolios p ON p.id = s.portfolio_id
         WHERE c.organization_id = ${organizationId} AND c.id = ${campaignId}`,
  );
}

/** The same for a campaign that would send from this number. Null: it has none yet. */
export async function planScopeOfSender(
  db: EntityManager,
  organizationId: string,
  { id, senderId }: { id: string; senderId: string | null },
): Promise<PlanScope> {
  const row = await firstOf<PlanScope>(
    db,
    sql`SELECT coalesce(p.id, ${id}::uuid)::text AS "lockName", p.id AS "portfolioId",
               ${PLANNABLE_LIMIT} AS "messagingLimit"
          FROM senders s LEFT JOIN portfolios p ON p.id = s.portfolio_id
         WHERE s.organization_id = ${organizationId} AND s.id = ${senderId}`,
  );
  return row ?? { lockName: id, portfolioId: null, messagingLimit: null };
}

/**
 * Acquired before any campaign row is locked. Otherwise two planners of one portfolio, each holding its own campaign
 * and waiting for the other's, would deadlock.
 */
export async function lockPlan(tx: EntityManager, { lockName }: PlanScope): Promise<void> {
  await rowsOf(tx, sql`SELECT pg_advisory_xact_lock(hashtextextended(${`plan ${lockName}`}, 0))`);
}

/**
 * Without waiting. False: a plan of the portfolio is being made, so what its schedules say is about to change. Where a
 * limit is shared, two campaigns that grow at once would take the same free places, so only one of them holds the plan.
 */
export async function holdPlanStill(
  tx: EntityManager,
  { lockName, messagingLimit }: PlanScope,
): Promise<boolean> {
  const name = sql`hashtextextended(${`plan ${lockName}`}, 0)`;
  const row = await firstOf<{ held: boolean }>(
    tx,
    messagingLimit === null
      ? sql`SELECT pg_try_advisory_xact_lock_shared(${name}) AS held`
      : sql`SELECT pg_try_advisory_xact_lock(${name}) AS held`,
  );
  return row?.held ?? false;
}

/** A campaign's day, and when it began. */
export interface Today {
  today: Day;
  dayBegins: Date;
}

export interface Outstanding {
  pending: number;
  /** Of an experiment that is not decided: who waits until then. */
  later: number;
  /** The last day on which somebody of the first wave got a place. */
  sampleEndedOn: Day | null;
  /** Already counted against today's limit: sent, being sent, about to be sent, or requeued by hand after an attempt. */
  usedToday: number;
  /** Taken for today, but not counted by the portfolio's ledger yet, or no longer counted. */
  uncounted: number;
}

export async function outstandingOf(
  tx: EntityManager,
  campaignId: string,
  { today, dayBegins }: Today,
  openWave: number,
): Promise<Outstanding> {
  const row = await firstOf<Outstanding>(
    tx,
    sql`SELECT count(*) FILTER (WHERE status = 'pending' AND wave <= ${openWave})::int AS pending,
               count(*) FILTER (WHERE status = 'pending' AND wave > ${openWave})::int AS later,
               max(scheduled_send_date) FILTER (WHERE status NOT IN ('pending', 'skipped') AND wave = 0)
                 AS "sampleEndedOn",
               count(*) FILTER (WHERE CASE WHEN status = 'pending' THEN attempted_at >= ${dayBegins}
                                           ELSE status <> 'skipped' AND scheduled_send_date = ${today} END)::int
                 AS "usedToday",
               count(*) FILTER (WHERE status IN ('queued', 'retry'))::int AS uncounted
          FROM campaign_recipients WHERE campaign_id = ${campaignId}`,
  );
  return row ?? { pending: 0, later: 0, sampleEndedOn: null, usedToday: 0, uncounted: 0 };
}

/** How long the outcomes of a message of its experiment take to come in; null: it has none. */
export async function outcomeWindowOf(tx: EntityManager, campaignId: string): Promise<number | null> {
  const row = await firstOf<{ ms: number | null }>(
    tx,
    sql`SELECT (extract(epoch FROM outcome_window) * 1000)::float8 AS ms FROM campaign_experiments
         WHERE campaign_id = ${campaignId}`,
  );
  return row?.ms ?? null;
}

/** How many of the pending ones belong to the first wave. */
export async function pendingOfSample(tx: EntityManager, campaignId: string): Promise<number> {
  const row = await firstOf<{ people: number }>(
    tx,
    sql`SELECT count(*)::int AS people FROM campaign_recipients
         WHERE campaign_id = ${campaignId} AND status = 'pending' AND wave = 0`,
  );
  return row?.people ?? 0;
}

/**
 * Pending recipients whose message costs nothing of the portfolio's limit: it has reached them within the day, or they
 * have written to the number within the day.
 */
export async function freeOfCost(
  tx: EntityManager,
  campaignId: string,
  { portfolioId, messagingLimit }: PlanScope,
  { since, openWave }: { since: Date; openWave: number },
): Promise<string[]> {
  if (portfolioId === null || messagingLimit === null) return [];
  const isOpen = sql`r.status = 'pending' AND r.wave <= ${openWave}`;
  const wrote = sql`FROM marketing_campaigns c
          JOIN whatsapp_conversations w ON w.sender_id = c.sender_id AND w.last_inbound_at > ${since}
          JOIN campaign_recipients r ON r.campaign_id = c.id`;
  // Argentine numbers have two spellings, and an index of the recipients by what the two share.
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`SELECT r.id
          FROM portfolio_reach p
          JOIN campaign_recipients r ON r.campaign_id = ${campaignId} AND r.phone_number = p.phone_number
         WHERE p.portfolio_id = ${portfolioId} AND p.counted_at > ${since} AND ${isOpen}
        UNION
        SELECT r.id ${wrote} AND r.phone_number = w.contact WHERE c.id = ${campaignId} AND ${isOpen}
        UNION
        SELECT r.id ${wrote} AND "right"(r.phone_number, 10) = "right"(w.contact, 10)
         WHERE c.id = ${campaignId} AND ${isOpen} AND w.contact ~ '^\\+549?\\d{10}$'
           AND (r.phone_number LIKE '+54__________' OR r.phone_number LIKE '+549__________')
         ORDER BY 1`,
  );
  return rows.map(({ id }) => id);
}

export interface WrittenPlan {
  today: Day;
  usedToday: number;
  batches: readonly DailyBatch[];
  /** Recipients of the first batch that do not wait for their turn. */
  ahead: readonly string[];
  /** How many of the batches are the first wave's, which goes before the second; null: there is one wave. */
  sample: number | null;
  completesOn: Day | null;
  plannedLimit: number | null;
  /** When the plan is to be looked at again even if nothing happens. */
  nextLookAt: Date;
}

/**
 * Writes a campaign's plan: a date for every pending recipient, in insertion order, in one statement, and one
 * schedule row a day.
 *
 * Counting along the index finds the row at which each day begins; each row then finds its day by a binary search
 * among these. This avoids joining a million rows with themselves and keeps the activation of 1,000,000 recipients
 * close to a bare UPDATE. Rows that keep their day are not written: most do when recipients are added to a running
 * campaign or a neighbour changes. MATERIALIZED, because on a table without statistics the planner would repeat the count for
 * every row it updates.
 */
export async function writePlan(
  tx: EntityManager,
  campaignId: string,
  plan: WrittenPlan,
  now: Date,
): Promise<void> {
  const { batches, ahead, sample } = plan;
  // Turns off the triggers that keep the schedule rows in step: this function writes all of these rows.
  await rowsOf(tx, sql`SELECT set_config('drumbeat.planning', 'on', true)`);
  const [first, ...later] = batches;
  const left =
    first === undefined ? [] : [{ ...first, count: first.count - ahead.length }, ...later].filter(isNotEmpty);
  if (sample === null) {
    await datePending(tx, campaignId, left, { ahead, wave: sql`true` });
  } else {
    const [sampled, others] = splitBatches(left, sample - ahead.length);
    await datePending(tx, campaignId, sampled, { ahead, wave: sql`wave = 0` });
    await datePending(tx, campaignId, others, { ahead, wave: sql`wave > 0` });
  }
  if (first !== undefined && ahead.length > 0) {
    await execute(
      tx,
      sql`UPDATE campaign_recipients SET scheduled_send_date = ${first.day}
           WHERE id = ANY(${ahead}::uuid[]) AND scheduled_send_date IS DISTINCT FROM ${first.day}::date`,
    );
  }
  await writeSchedule(tx, campaignId, plan, now);
  await rowsOf(tx, sql`SELECT set_config('drumbeat.planning', 'off', true)`);
  await execute(
    tx,
    sql`UPDATE marketing_campaigns
           SET estimated_completion_date = ${plan.completesOn}, planned_limit = ${plan.plannedLimit}, plan_due = NULL,
               plan_at = ${plan.nextLookAt}, feed_at = NULL, updated_at = ${now}
         WHERE id = ${campaignId}`,
  );
}

/** Gives the pending recipients of one wave the days of the batches, in insertion order. */
async function datePending(
  tx: EntityManager,
  campaignId: string,
  batches: readonly DailyBatch[],
  { ahead, wave }: { ahead: readonly string[]; wave: Sql },
): Promise<void> {
  const ranges = rowRanges(batches);
  const days = ranges.map(({ day }) => day);
  const starts = ranges.map(({ from }) => from);
  const planned = ranges.at(-1)?.to ?? 0;
  const others = ahead.length === 0 ? sql`id IS NOT NULL` : sql`id NOT IN (SELECT unnest(${ahead}::uuid[]))`;
  const dayOfRow = sql`(CASE WHEN r.id <= bounds.last THEN (${days}::date[])[width_bucket(r.id, bounds.starts)] END)`;
  await execute(
    tx,
    sql`WITH pending AS (
          SELECT id, row_number() OVER (ORDER BY id) AS n
            FROM campaign_recipients WHERE campaign_id = ${campaignId} AND status = 'pending' AND ${others} AND ${wave}
        ), bounds AS MATERIALIZED (
          SELECT array_agg(id ORDER BY id) FILTER (WHERE n = ANY(${starts}::bigint[])) AS starts,
                 (array_agg(id) FILTER (WHERE n = ${planned}))[1] AS last
            FROM pending WHERE n = ANY(${starts}::bigint[]) OR n = ${planned}
        )
        UPDATE campaign_recipients r SET scheduled_send_date = ${dayOfRow}
          FROM bounds
         WHERE r.campaign_id = ${campaignId} AND r.status = 'pending' AND r.${others} AND ${wave}
           AND r.scheduled_send_date IS DISTINCT FROM ${dayOfRow}`,
  );
}

/** Of a campaign that has sent nothing: in a moment, however many recipients it has. They keep their days. */
export async function withdrawPlan(tx: EntityManager, campaignId: string, now: Date): Promise<void> {
  await execute(tx, sql`DELETE FROM campaign_send_schedule WHERE campaign_id = ${campaignId}`);
  await execute(
    tx,
    sql`UPDATE marketing_campaigns
           SET estimated_completion_date = NULL, plan_due = NULL, plan_at = NULL, feed_at = NULL, updated_at = ${now}
         WHERE id = ${campaignId}`,
  );
}

/** The first so many places of the batches, and the others; a day that both have is divided. */
export function splitBatches(batches: readonly DailyBatch[], places: number): [DailyBatch[], DailyBatch[]] {
  const parts: [DailyBatch[], DailyBatch[]] = [[], []];
  let left = places;
  for (const { day, count } of batches) {
    const before = Math.min(Math.max(0, left), count);
    if (before > 0) parts[0].push({ day, count: before });
    if (count > before) parts[1].push({ day, count: count - before });
    left -= before;
  }
  return parts;
}

const isNotEmpty = ({ count }: DailyBatch): boolean => count > 0;

/**
 * One row a day. Days with past activity keep it, and the plan is added to it. Days with neither activity nor plan
 * disappear. Rows that stay as they are are not written.
 */
async function writeSchedule(
  tx: EntityManager,
  campaignId: string,
  { batches, today, usedToday }: WrittenPlan,
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`WITH planned AS (
          SELECT * FROM unnest(${batches.map(({ day }) => day)}::date[], ${batches.map(({ count }) => count)}::int[])
            AS p (day, count)
          UNION ALL
          SELECT ${today}::date, 0 WHERE ${usedToday} > 0 AND ${today}::date <> ALL(${batches.map(({ day }) => day)}::date[])
        ), done AS (
          SELECT scheduled_send_date AS day, count(*)::int AS total,
                 count(*) FILTER (WHERE status IN ('sent', 'delivered', 'read', 'responded'))::int AS sent,
                 count(*) FILTER (WHERE status IN ('queued', 'sending', 'held', 'retry'))::int AS under_way,
                 count(*) FILTER (WHERE status <> 'skipped')::int AS taken
            FROM campaign_recipients
           WHERE campaign_id = ${campaignId} AND status <> 'pending' AND scheduled_send_date IS NOT NULL
           GROUP BY 1
        ), wanted AS MATERIALIZED (
          SELECT day, coalesce(d.total, 0) + coalesce(p.count, 0) AS size, coalesce(d.sent, 0) AS sent,
                 coalesce(d.under_way, 0) + coalesce(p.count, 0) AS remaining,
                 CASE WHEN day = ${today} THEN ${usedToday} ELSE coalesce(d.taken, 0) END AS taken,
                 CASE WHEN coalesce(d.under_way, 0) + coalesce(p.count, 0) = 0 THEN 'completed'
                      WHEN d.total > 0 THEN 'processing' ELSE 'pending' END AS status
            FROM planned p FULL JOIN done d USING (day)
        ), gone AS (
          DELETE FROM campaign_send_schedule s
           WHERE s.campaign_id = ${campaignId}
             AND (s.batch_number <> 1 OR s.send_date NOT IN (SELECT day FROM wanted))
        )
        INSERT INTO campaign_send_schedule AS kept
          (campaign_id, send_date, batch_number, batch_size, messages_sent, messages_remaining, messages_taken, status,
           created_at, updated_at)
        SELECT ${campaignId}, day, 1, size, sent, remaining, taken, status, ${now}, ${now} FROM wanted
        ON CONFLICT (campaign_id, send_date, batch_number) DO UPDATE
           SET batch_size = excluded.batch_size, messages_sent = excluded.messages_sent,
               messages_remaining = excluded.messages_remaining, messages_taken = excluded.messages_taken,
               status = excluded.status, updated_at = excluded.updated_at
         WHERE (kept.batch_size, kept.messages_sent, kept.messages_remaining, kept.messages_taken, kept.status)
               IS DISTINCT FROM (excluded.batch_size, excluded.messages_sent, excluded.messages_remaining,
                                 excluded.messages_taken, excluded.status)`,
  );
}
