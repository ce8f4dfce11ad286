import type { EntityManager } from 'typeorm';
import type { CampaignState } from '../campaigns/campaign/campaign-state.js';
import { firstOf, rowsOf, sql } from '../platform/database/sql.js';
import type { Day } from '../rules/calendar/day.js';
import { PLANNABLE_LIMIT } from '../senders/quota/plannable-limit.js';

export interface PlannedCampaign {
  id: string;
  name: string;
  status: CampaignState;
  planned: number;
  sent: number;
  left: number;
}

export interface PlannedDay {
  date: Day;
  planned: number;
  sent: number;
  left: number;
  count: number;
  campaigns: PlannedCampaign[];
}

/**
 * Campaign by campaign along the index of its schedule, and only campaigns that can have days in the range. Days
 * without recipients are missing.
 */
export async function plannedDays(
  tx: EntityManager,
  organizationId: string,
  { from, to, limit }: { from: Day; to: Day; limit: number },
): Promise<PlannedDay[]> {
  return rowsOf(
    tx,
    sql`WITH days AS (
          SELECT s.send_date AS date, c.id, c.name, c.status, sum(s.batch_size)::int AS planned,
                 sum(s.messages_sent)::int AS sent, sum(s.messages_remaining)::int AS left
            FROM marketing_campaigns c
            JOIN campaign_send_schedule s ON s.campaign_id = c.id AND s.send_date BETWEEN ${from} AND ${to}
           WHERE c.organization_id = ${organizationId} AND c.status <> 'draft'
             AND (c.completed_at IS NULL OR c.completed_at > ${from}::date - 2)
           GROUP BY s.send_date, c.id HAVING sum(s.batch_size) > 0
        ), ranked AS (
          SELECT *, row_number() OVER (PARTITION BY date ORDER BY planned DESC, id) AS rank FROM days
        )
        SELECT date, sum(planned)::int AS planned, sum(sent)::int AS sent, sum("left")::int AS left, count(*)::int AS count,
               jsonb_agg(jsonb_build_object('id', id, 'name', name, 'status', status, 'planned', planned, 'sent', sent,
                                            'left', "left") ORDER BY rank)
                 FILTER (WHERE rank <= ${limit}) AS campaigns
          FROM ranked GROUP BY date ORDER BY date`,
  );
}

/** Over all portfolios that the organization sends from. Null: one of them has no known limit. */
export async function capacityOfDay(tx: EntityManager, organizationId: string): Promise<number | null> {
  const row = await firstOf<{ people: number | null }>(
    tx,
    sql`SELECT CASE WHEN bool_and("limit" IS NOT NULL) THEN sum("limit") END::int AS people
          FROM (SELECT ${PLANNABLE_LIMIT} AS "limit"
                  FROM (SELECT DISTINCT portfolio_id FROM senders
                         WHERE organization_id = ${organizationId} AND status = 'active' AND verified_at IS NOT NULL) AS s
                  LEFT JOIN portfolios p ON p.id = s.portfolio_id) AS limits`,
  );
  return row?.people ?? null;
}
