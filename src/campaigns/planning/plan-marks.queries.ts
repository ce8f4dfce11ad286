import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { Day } from '../../rules/calendar/day.js';
import { PLANNABLE_LIMIT } from '../../senders/quota/plannable-limit.js';
import type { PlanDue } from '../campaign/campaign.entity.js';

/**
 * Notes in the transaction that changes a campaign that plans have to be made. Only the first mark sets the time, so a
 * stream of changes does not put the plan off for ever.
 */
export async function markPlan(tx: EntityManager, campaignId: string, due: PlanDue, at: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE marketing_campaigns
           SET plan_at = CASE WHEN plan_due IS NULL THEN ${at}::timestamptz ELSE plan_at END,
               plan_due = CASE WHEN plan_due = 'own' THEN 'own' ELSE ${due} END
         WHERE id = ${campaignId} AND plan_due IS DISTINCT FROM 'own' AND plan_due IS DISTINCT FROM ${due}`,
  );
}

/** What was due is done; null: a stopped campaign, whose plan nobody looks at. */
export async function clearMark(
  tx: EntityManager,
  campaignId: string,
  nextLookAt: Date | null,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE marketing_campaigns SET plan_due = NULL, plan_at = ${nextLookAt} WHERE id = ${campaignId}`,
  );
}

export interface DuePlan {
  organizationId: string;
  id: string;
}

/** The campaign of the highest rank whose plan is due: the plans below it are made around it. */
export async function firstDuePlan(
  db: EntityManager,
  now: Date,
  except: readonly string[],
): Promise<DuePlan | undefined> {
  return firstOf<DuePlan>(
    db,
    sql`SELECT organization_id AS "organizationId", id FROM (
          SELECT organization_id, id, priority, created_at FROM marketing_campaigns
           WHERE status IN ('scheduled', 'active') AND (plan_at IS NULL OR plan_at <= ${now})
           UNION
          SELECT organization_id, id, priority, created_at FROM marketing_campaigns
           WHERE plan_due IS NOT NULL AND (plan_at IS NULL OR plan_at <= ${now})) AS due
         WHERE id <> ALL(${except}::uuid[])
         ORDER BY priority, created_at, id LIMIT 1`,
  );
}

/** Whether recipients of an earlier day are left, or recipients have no day at all. */
export async function isBehind(tx: EntityManager, campaignId: string, today: Day): Promise<boolean> {
  const rows = await rowsOf(
    tx,
    sql`(SELECT 1 FROM campaign_recipients
          WHERE campaign_id = ${campaignId} AND slice_id IS NULL AND status = 'pending' AND scheduled_send_date < ${today}
          LIMIT 1)
        UNION ALL
        (SELECT 1 FROM campaign_recipients
          WHERE campaign_id = ${campaignId} AND slice_id IS NULL AND status = 'pending' AND scheduled_send_date IS NULL
          LIMIT 1)`,
  );
  return rows.length > 0;
}

/** Reads campaigns and portfolios only, never recipients. In the order of the ids, as everything that locks campaigns. */
export async function markOtherLimits(db: EntityManager, now: Date): Promise<void> {
  await execute(
    db,
    sql`UPDATE marketing_campaigns
           SET plan_due = 'own', plan_at = ${now}
         WHERE id IN (SELECT c.id
                        FROM marketing_campaigns c
                        LEFT JOIN senders s ON s.id = c.sender_id
                        LEFT JOIN portfolios p ON p.id = s.portfolio_id
                       WHERE c.status IN ('active', 'scheduled') AND c.plan_due IS DISTINCT FROM 'own'
                         AND c.planned_limit IS DISTINCT FROM ${PLANNABLE_LIMIT}
                       ORDER BY c.id FOR NO KEY UPDATE OF c)`,
  );
}
