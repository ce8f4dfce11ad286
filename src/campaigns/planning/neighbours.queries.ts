import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { Day } from '../../rules/calendar/day.js';
import type { StoredWindow } from '../campaign/campaign-window.js';
import type { PlanScope } from './planning.queries.js';

/** The place of a campaign among those that share its limit: by priority, then age. */
export interface Rank {
  id: string;
  organizationId: string;
  priority: number;
  createdAt: Date;
}

/** The other running campaigns of the portfolio. Only those with a known limit compete for it. */
function neighboursOf({ id, organizationId }: Rank, { portfolioId, messagingLimit }: PlanScope): Sql {
  if (portfolioId === null || messagingLimit === null) return sql`false`;
  return sql`(c.organization_id = ${organizationId} AND c.id <> ${id} AND c.status IN ('active', 'scheduled')
              AND c.sender_id IN (SELECT id FROM senders
                                   WHERE organization_id = ${organizationId} AND portfolio_id = ${portfolioId}))`;
}

const isAbove = ({ id, priority, createdAt }: Rank): Sql =>
  sql`((c.priority, c.created_at, c.id) < (${priority}, ${createdAt}, ${id}))`;

export interface DayOfOthers {
  day: Day;
  all: number;
  /** Planned by campaigns of higher rank alone. */
  above: number;
}

/** What the other campaigns have planned for each day after today. */
export async function daysOfOthers(
  tx: EntityManager,
  rank: Rank,
  scope: PlanScope,
  today: Day,
): Promise<DayOfOthers[]> {
  return rowsOf(
    tx,
    sql`SELECT s.send_date AS day, sum(s.messages_remaining)::int AS "all",
               coalesce(sum(s.messages_remaining) FILTER (WHERE ${isAbove(rank)}), 0)::int AS above
          FROM marketing_campaigns c JOIN campaign_send_schedule s ON s.campaign_id = c.id
         WHERE ${neighboursOf(rank, scope)} AND s.send_date > ${today} AND s.messages_remaining > 0
         GROUP BY 1`,
  );
}

export interface OthersToday {
  /** Taken for today, but not counted by the portfolio's ledger yet, or no longer counted. */
  uncounted: number;
  /** Planned for today by campaigns of higher rank, and not taken yet. */
  above: number;
}

export async function othersToday(
  tx: EntityManager,
  rank: Rank,
  scope: PlanScope,
  today: Day,
): Promise<OthersToday> {
  const row = await firstOf<OthersToday>(
    tx,
    sql`SELECT coalesce(sum(queued + retries), 0)::int AS uncounted, coalesce(sum(pending), 0)::int AS above
          FROM (SELECT (SELECT count(*) FROM queued_recipients q WHERE q.campaign_id = c.id) AS queued,
                       (SELECT count(*) FROM campaign_recipients r
                         WHERE r.campaign_id = c.id AND r.next_attempt_at IS NOT NULL AND r.status = 'retry') AS retries,
                       CASE WHEN ${isAbove(rank)}
                            THEN (SELECT count(*) FROM campaign_recipients r
                                   WHERE r.campaign_id = c.id AND r.slice_id IS NULL AND r.status = 'pending'
                                     AND r.scheduled_send_date <= ${today}) END AS pending
                  FROM marketing_campaigns c WHERE ${neighboursOf(rank, scope)}) AS one`,
  );
  return row ?? { uncounted: 0, above: 0 };
}

/** What the other campaigns still have to send today or earlier, by their schedules: not less than is planned. */
export async function remainingOfOthers(
  tx: EntityManager,
  rank: Rank,
  scope: PlanScope,
  today: Day,
): Promise<number> {
  const row = await firstOf<{ people: number }>(
    tx,
    sql`SELECT coalesce(sum(s.messages_remaining), 0)::int AS people
          FROM marketing_campaigns c JOIN campaign_send_schedule s ON s.campaign_id = c.id
         WHERE ${neighboursOf(rank, scope)} AND s.send_date <= ${today} AND s.messages_remaining > 0`,
  );
  return row?.people ?? 0;
}

export async function isAnyBelow(tx: EntityManager, rank: Rank, scope: PlanScope): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM marketing_campaigns c WHERE ${neighboursOf(rank, scope)} AND NOT ${isAbove(rank)} LIMIT 1`,
  );
  return row !== undefined;
}

/** The campaigns of lower rank get what this one leaves: their plans have to be made again. In the order of their ids. */
export async function markBelow(tx: EntityManager, rank: Rank, scope: PlanScope, at: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE marketing_campaigns
           SET plan_due = 'own', plan_at = ${at}
         WHERE id IN (SELECT c.id FROM marketing_campaigns c
                       WHERE ${neighboursOf(rank, scope)} AND NOT ${isAbove(rank)}
                         AND c.plan_due IS DISTINCT FROM 'own'
                       ORDER BY c.id FOR NO KEY UPDATE)`,
  );
}

/** Another campaign of the portfolio, as what its schedule still demands. */
export interface Neighbour extends StoredWindow {
  id: string;
  name: string;
  priority: number;
  createdAt: Date;
  dailySendLimit: number | null;
  rateLimit: number | null;
  scheduledFor: Date | null;
  startDate: Day | null;
  timeZone: string;
  remaining: number;
  isAbove: boolean;
}

/** In the order of their rank; the first ones only. */
export async function neighbours(
  tx: EntityManager,
  rank: Rank,
  scope: PlanScope,
  { isAbove: above, limit }: { isAbove: boolean; limit: number },
): Promise<Neighbour[]> {
  return rowsOf(
    tx,
    sql`SELECT c.id, c.name, c.priority, c.created_at AS "createdAt", c.daily_send_limit AS "dailySendLimit",
               c.rate_limit AS "rateLimit", c.scheduled_for AS "scheduledFor", c.start_date AS "startDate",
               c.time_zone AS "timeZone", c.send_window_start AS "sendWindowStart",
               c.send_window_end AS "sendWindowEnd", c.send_window_off AS "sendWindowOff",
               left_over.people AS remaining, ${above}::boolean AS "isAbove"
          FROM marketing_campaigns c
         CROSS JOIN LATERAL (SELECT coalesce(sum(s.messages_remaining), 0)::int AS people
                               FROM campaign_send_schedule s
                              WHERE s.campaign_id = c.id AND s.messages_remaining > 0) AS left_over
         WHERE ${neighboursOf(rank, scope)} AND ${isAbove(rank)} = ${above}::boolean AND left_over.people > 0
         ORDER BY c.priority, c.created_at, c.id LIMIT ${limit}`,
  );
}
