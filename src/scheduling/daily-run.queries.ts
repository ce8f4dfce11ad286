import type { EntityManager } from 'typeorm';
import type { CampaignHours } from '../campaigns/campaign/campaign-calendar.js';
import { firstOf, rowsOf, type Sql, sql } from '../platform/database/sql.js';
import type { Day } from '../rules/calendar/day.js';

export interface DueCandidate extends CampaignHours {
  organizationId: string;
  id: string;
  /** False: only tomorrow has recipients. */
  isDueToday: boolean;
}

/** Active campaigns, of one organization or of all, with recipients planned for tomorrow or earlier. */
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
    sql`SELECT c.organization_id AS "organizationId", c.id, ${isDueBy(sql`local.today`)} AS "isDueToday",
               c.time_zone AS "timeZone", c.send_window_start AS "sendWindowStart",
               c.send_window_end AS "sendWindowEnd", c.send_window_off AS "sendWindowOff"
          FROM marketing_campaigns c
         CROSS JOIN LATERAL (SELECT (${now}::timestamptz AT TIME ZONE c.time_zone)::date AS today) AS local
         WHERE c.status = 'active' AND (${organizationId}::uuid IS NULL OR c.organization_id = ${organizationId})
           AND ${isDueBy(sql`local.today + 1`)}
         ORDER BY c.priority, c.created_at, c.id`,
  );
}

/** Whether recipients of an earlier day are left, or have no day at all: the campaign has to be planned again first. */
export async function isOverdue(tx: EntityManager, campaignId: string, today: Day): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM campaign_recipients
         WHERE campaign_id = ${campaignId} AND slice_id IS NULL AND status = 'pending'
           AND (scheduled_send_date < ${today} OR scheduled_send_date IS NULL) LIMIT 1`,
  );
  return row !== undefined;
}
