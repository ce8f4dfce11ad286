import type { EntityManager } from 'typeorm';
import { execute, firstOf, sql } from '../../platform/database/sql.js';
import type { Day } from '../../rules/calendar/day.js';
import type { DailyBatch } from '../../rules/calendar/plan-schedule.js';
import { rowRanges } from '../../rules/calendar/row-ranges.js';

/** The end of a campaign's plan, which newcomers join. */
export interface PlanEnd {
  /** Pending recipients without a day. */
  newcomers: number;
  /** The last day with recipients left; null: there is none. */
  lastDay: Day | null;
  /** How many are left on the last day. */
  remaining: number;
  /** How much of the day's own limit is already used today. */
  takenToday: number;
  /** Left today and on earlier days. */
  remainingToday: number;
}

export async function endOfPlan(tx: EntityManager, campaignId: string, today: Day): Promise<PlanEnd> {
  const row = await firstOf<PlanEnd>(
    tx,
    sql`SELECT (SELECT count(*) FROM campaign_recipients
                 WHERE campaign_id = ${campaignId} AND slice_id IS NULL AND scheduled_send_date IS NULL
                   AND status = 'pending')::int AS newcomers,
               last.day AS "lastDay", coalesce(last.remaining, 0)::int AS remaining,
               coalesce((SELECT sum(messages_taken) FROM campaign_send_schedule
                          WHERE campaign_id = ${campaignId} AND send_date = ${today}), 0)::int AS "takenToday",
               coalesce((SELECT sum(messages_remaining) FROM campaign_send_schedule
                          WHERE campaign_id = ${campaignId} AND send_date <= ${today}), 0)::int AS "remainingToday"
          FROM (SELECT 1) AS one
          LEFT JOIN (SELECT send_date AS day, sum(messages_remaining) AS remaining FROM campaign_send_schedule
                      WHERE campaign_id = ${campaignId} AND messages_remaining > 0
                      GROUP BY send_date ORDER BY send_date DESC LIMIT 1) AS last ON true`,
  );
  return row ?? { newcomers: 0, lastDay: null, remaining: 0, takenToday: 0, remainingToday: 0 };
}

/** How many recipients are planned for a day and not released yet. */
export async function pendingOn(tx: EntityManager, campaignId: string, day: Day): Promise<number> {
  const row = await firstOf<{ count: number }>(
    tx,
    sql`SELECT count(*)::int AS count FROM campaign_recipients
         WHERE campaign_id = ${campaignId} AND slice_id IS NULL AND scheduled_send_date = ${day} AND status = 'pending'`,
  );
  return row?.count ?? 0;
}

/** Gives recipients without a day the days of the batches, in insertion order. The triggers count them. */
export async function dateNewcomers(
  tx: EntityManager,
  campaignId: string,
  batches: readonly DailyBatch[],
  now: Date,
): Promise<void> {
  const ranges = rowRanges(batches);
  const days = ranges.map(({ day }) => day);
  await execute(
    tx,
    sql`INSERT INTO campaign_send_schedule
          (campaign_id, send_date, batch_number, batch_size, messages_remaining, created_at, updated_at)
        SELECT ${campaignId}, day, 1, 0, 0, ${now}, ${now} FROM unnest(${days}::date[]) AS day
        ON CONFLICT DO NOTHING`,
  );
  await execute(
    tx,
    sql`WITH newcomers AS MATERIALIZED (
          SELECT id, row_number() OVER (ORDER BY id) AS n FROM campaign_recipients
           WHERE campaign_id = ${campaignId} AND slice_id IS NULL AND scheduled_send_date IS NULL
             AND status = 'pending'
        )
        UPDATE campaign_recipients r
           SET scheduled_send_date = (${days}::date[])[width_bucket(n.n, ${ranges.map(({ from }) => from)}::bigint[])]
          FROM newcomers n
         WHERE r.id = n.id AND n.n <= ${ranges.at(-1)?.to ?? 0}`,
  );
}

/** The plan ends later, and what joined today can be released at once. */
export async function extendPlan(
  tx: EntityManager,
  campaignId: string,
  { completesOn, isToday }: { completesOn: Day; isToday: boolean },
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE marketing_campaigns
           SET estimated_completion_date = greatest(estimated_completion_date, ${completesOn}::date),
               feed_at = CASE WHEN ${isToday} THEN NULL ELSE feed_at END
         WHERE id = ${campaignId}
           AND (estimated_completion_date IS NULL OR estimated_completion_date < ${completesOn}::date
                OR (${isToday} AND feed_at IS NOT NULL))`,
  );
}
