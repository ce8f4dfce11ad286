import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { Day } from '../../rules/calendar/day.js';
import type { DailyBatch } from '../../rules/calendar/plan-schedule.js';
import { rowRanges } from '../../rules/calendar/row-ranges.js';

export interface PlanScope {
  /** Campaigns that share one messaging limit are planned together, under one lock. */
  lockName: string;
  portfolioId: string | null;
  /** What there is to plan with. Null: unknown or unlimited, and then campaigns do not get in each other's way. */
  messagingLimit: number | null;
}

/** What is kept free for late deliveries is not planned with. */
const PLANNABLE_LIMIT = sql`CASE WHEN NOT p.is_unlimited AND p.messaging_limit IS NOT NULL
  THEN greatest(0, p.messaging_limit - p.late_delivery_allowance) END`;

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

/**
 * Taken before any campaign row is locked: two planners of one portfolio each holding their own campaign and
 * wanting the other's would otherwise wait for each other for ever.
 */
export async function lockPlan(tx: EntityManager, { lockName }: PlanScope): Promise<void> {
  await rowsOf(tx, sql`SELECT pg_advisory_xact_lock(hashtextextended(${`plan ${lockName}`}, 0))`);
}

export interface PlannedCampaign {
  id: string;
  priority: number;
  createdAt: Date;
  dailySendLimit: number | null;
  rateLimit: number | null;
  timeZone: string;
  scheduledFor: Date | null;
  startDate: Day | null;
  sendWindowStart: string | null;
  sendWindowEnd: string | null;
  sendWindowOff: boolean;
}

/** The campaigns that are planned together, locked in the order of their ids. */
export async function lockPlannedCampaigns(
  tx: EntityManager,
  organizationId: string,
  campaignId: string,
  scope: PlanScope,
): Promise<PlannedCampaign[]> {
  const neighbours =
    scope.portfolioId === null || scope.messagingLimit === null
      ? sql`false`
      : sql`(status IN ('active', 'scheduled') AND sender_id IN
              (SELECT id FROM senders WHERE organization_id = ${organizationId} AND portfolio_id = ${scope.portfolioId}))`;
  return rowsOf<PlannedCampaign>(
    tx,
    sql`SELECT id, priority, created_at AS "createdAt", daily_send_limit AS "dailySendLimit",
               rate_limit AS "rateLimit", time_zone AS "timeZone", scheduled_for AS "scheduledFor",
               start_date AS "startDate", send_window_start AS "sendWindowStart",
               send_window_end AS "sendWindowEnd", send_window_off AS "sendWindowOff"
          FROM marketing_campaigns
         WHERE organization_id = ${organizationId} AND (id = ${campaignId} OR ${neighbours})
         ORDER BY id FOR NO KEY UPDATE`,
  );
}

/** A campaign's day, and when it began. */
export interface Today {
  today: Day;
  begins: Date;
}

export interface Outstanding {
  pending: number;
  /** Already taken out of today's allowance: sent, being sent or about to be, or tried and put back by hand. */
  usedToday: number;
  /** Taken for today, and not counted by the portfolio's ledger yet, or not any more. */
  uncounted: number;
}

export async function outstandingOf(
  tx: EntityManager,
  campaignId: string,
  { today, begins }: Today,
): Promise<Outstanding> {
  const row = await firstOf<Outstanding>(
    tx,
    sql`SELECT count(*) FILTER (WHERE status = 'pending')::int AS pending,
               count(*) FILTER (WHERE CASE WHEN status = 'pending' THEN attempted_at >= ${begins}
                                           ELSE status <> 'skipped' AND scheduled_send_date = ${today} END)::int
                 AS "usedToday",
               count(*) FILTER (WHERE status IN ('queued', 'retry'))::int AS uncounted
          FROM campaign_recipients WHERE campaign_id = ${campaignId}`,
  );
  return row ?? { pending: 0, usedToday: 0, uncounted: 0 };
}

/** Those still pending whom the portfolio has reached within the day: to write to them again costs nothing. */
export async function countedAlready(
  tx: EntityManager,
  campaignId: string,
  { portfolioId, messagingLimit }: PlanScope,
  since: Date,
): Promise<string[]> {
  if (portfolioId === null || messagingLimit === null) return [];
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`SELECT r.id
          FROM portfolio_reach p
          JOIN campaign_recipients r ON r.campaign_id = ${campaignId} AND r.phone_number = p.phone_number
         WHERE p.portfolio_id = ${portfolioId} AND p.counted_at > ${since} AND r.status = 'pending'
         ORDER BY r.id`,
  );
  return rows.map(({ id }) => id);
}

export interface WrittenPlan {
  today: Day;
  usedToday: number;
  batches: readonly DailyBatch[];
  /** Those of the first batch who do not wait for their turn. */
  ahead: readonly string[];
  completesOn: Day | null;
  plannedLimit: number | null;
}

/**
 * Writes a campaign's plan: dates for everybody who is still pending, in insertion order, in one statement, and
 * one schedule row a day.
 *
 * The rows at which a day begins are found by counting along the index; each row then finds its day by a binary
 * search among them. That spares a join of a million rows with themselves: it is what keeps the activation of
 * 1,000,000 recipients close to a bare UPDATE. MATERIALIZED, because on a table without statistics the planner
 * would count the rows anew for every row it updates.
 */
export async function writePlan(
  tx: EntityManager,
  campaignId: string,
  plan: WrittenPlan,
  now: Date,
): Promise<void> {
  const { batches, ahead, completesOn, plannedLimit } = plan;
  // The triggers that keep the schedule rows in step step aside: these rows are written here, as a whole.
  await rowsOf(tx, sql`SELECT set_config('drumbeat.planning', 'on', true)`);
  const [first, ...later] = batches;
  const ranges = rowRanges(
    first === undefined
      ? []
      : [{ ...first, count: first.count - ahead.length }, ...later].filter(hasSomebody),
  );
  const days = ranges.map(({ day }) => day);
  const starts = ranges.map(({ from }) => from);
  const planned = ranges.at(-1)?.to ?? 0;
  const others = ahead.length === 0 ? sql`true` : sql`id NOT IN (SELECT unnest(${ahead}::uuid[]))`;
  await execute(
    tx,
    sql`WITH pending AS (
          SELECT id, row_number() OVER (ORDER BY id) AS n
            FROM campaign_recipients WHERE campaign_id = ${campaignId} AND status = 'pending' AND ${others}
        ), bounds AS MATERIALIZED (
          SELECT array_agg(id ORDER BY id) FILTER (WHERE n = ANY(${starts}::bigint[])) AS starts,
                 (array_agg(id) FILTER (WHERE n = ${planned}))[1] AS last
            FROM pending WHERE n = ANY(${starts}::bigint[]) OR n = ${planned}
        )
        UPDATE campaign_recipients r
           SET scheduled_send_date = CASE WHEN r.id <= bounds.last
                 THEN (${days}::date[])[width_bucket(r.id, bounds.starts)] END
          FROM bounds
         WHERE r.campaign_id = ${campaignId} AND r.status = 'pending'`,
  );
  if (first !== undefined && ahead.length > 0) {
    await execute(
      tx,
      sql`UPDATE campaign_recipients SET scheduled_send_date = ${first.day} WHERE id = ANY(${ahead}::uuid[])`,
    );
  }
  await writeSchedule(tx, campaignId, plan, now);
  await execute(
    tx,
    sql`UPDATE marketing_campaigns
           SET estimated_completion_date = ${completesOn}, planned_limit = ${plannedLimit}, updated_at = ${now}
         WHERE id = ${campaignId}`,
  );
  await rowsOf(tx, sql`SELECT set_config('drumbeat.planning', 'off', true)`);
}

const hasSomebody = ({ count }: DailyBatch): boolean => count > 0;

/**
 * One row a day. Days on which something has happened already keep what has happened; what is planned is added to
 * it, and days on which nothing happened and nothing is planned any more disappear.
 */
async function writeSchedule(
  tx: EntityManager,
  campaignId: string,
  { batches, today, usedToday }: WrittenPlan,
  now: Date,
): Promise<void> {
  await execute(tx, sql`DELETE FROM campaign_send_schedule WHERE campaign_id = ${campaignId}`);
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
        )
        INSERT INTO campaign_send_schedule
          (campaign_id, send_date, batch_number, batch_size, messages_sent, messages_remaining, messages_taken, status,
           created_at, updated_at)
        SELECT ${campaignId}, day, 1, coalesce(d.total, 0) + coalesce(p.count, 0), coalesce(d.sent, 0),
               coalesce(d.under_way, 0) + coalesce(p.count, 0),
               CASE WHEN day = ${today} THEN ${usedToday} ELSE coalesce(d.taken, 0) END,
               CASE WHEN coalesce(d.under_way, 0) + coalesce(p.count, 0) = 0 THEN 'completed'
                    WHEN d.total > 0 THEN 'processing' ELSE 'pending' END,
               ${now}, ${now}
          FROM planned p FULL JOIN done d USING (day)`,
  );
}

export interface StalePlan {
  organizationId: string;
  id: string;
}

/**
 * Running campaigns whose plan no longer says what will happen: their portfolio has another limit than they were
 * planned with, a day has passed without its recipients, or somebody has no day at all.
 */
export async function findStalePlans(db: EntityManager, now: Date): Promise<StalePlan[]> {
  return rowsOf<StalePlan>(
    db,
    sql`SELECT c.organization_id AS "organizationId", c.id
          FROM marketing_campaigns c
          LEFT JOIN senders s ON s.id = c.sender_id
          LEFT JOIN portfolios p ON p.id = s.portfolio_id
         WHERE c.status IN ('active', 'scheduled')
           AND (c.planned_limit IS DISTINCT FROM ${PLANNABLE_LIMIT}
                OR EXISTS (SELECT FROM campaign_recipients r
                            WHERE r.campaign_id = c.id AND r.slice_id IS NULL AND r.status = 'pending'
                              AND r.scheduled_send_date < (${now}::timestamptz AT TIME ZONE c.time_zone)::date)
                OR EXISTS (SELECT FROM campaign_recipients r
                            WHERE r.campaign_id = c.id AND r.slice_id IS NULL AND r.status = 'pending'
                              AND r.scheduled_send_date IS NULL))
         ORDER BY c.priority, c.created_at, c.id`,
  );
}

export async function findDueToStart(db: EntityManager, now: Date): Promise<StalePlan[]> {
  return rowsOf<StalePlan>(
    db,
    sql`SELECT organization_id AS "organizationId", id FROM marketing_campaigns
         WHERE status = 'scheduled' AND scheduled_for <= ${now} ORDER BY scheduled_for, id`,
  );
}
