import type { EntityManager } from 'typeorm';
import { join, rowsOf, type Sql, sql } from '../platform/database/sql.js';
import { type Measure, MEASURES, type ObservedVariant } from './observed.js';

/** When an outcome happened. A later step implies an earlier one that was never reported. */
const HAPPENED_AT: Readonly<Record<Measure, Sql>> = {
  delivered: sql`least(delivered_at, read_at, responded_at, clicked_at)`,
  read: sql`least(read_at, responded_at, clicked_at)`,
  clicked: sql`clicked_at`,
  replied: sql`responded_at`,
  converted: sql`converted_at`,
};

/** Nothing is known yet about how the attempt ends. */
const UNDER_WAY = ['pending', 'queued', 'sending', 'held', 'retry'];
const NOT_SENT_YET = ['pending', 'queued'];

/**
 * The people of the first wave, by variant, in one pass over the campaign's rows: no index could help, as every row is
 * counted. `started_at` is when the time of a person begins: when the message was out, or had failed; of an attempt that
 * ended otherwise (refused, and the person was skipped before the next one) when it was made. People who were skipped
 * before an attempt never saw a variant, and do not belong to the test.
 */
export async function observe(
  db: EntityManager,
  campaignId: string,
  { windows, primary, now }: { windows: Record<Measure | 'guardrails', number>; primary: Measure; now: Date },
): Promise<ObservedVariant[]> {
  const before = (window: number): Date => new Date(now.getTime() - window);
  const isMature = (of: keyof typeof windows): Sql => sql`started_at <= ${before(windows[of])}::timestamptz`;
  const within = (at: Sql, of: keyof typeof windows): Sql =>
    sql`${at} <= started_at + make_interval(secs => ${windows[of] / 1_000}::float8)`;
  const outcomes = MEASURES.map(
    (measure) => sql`${measure}::text, jsonb_build_object(
      'units', count(*) FILTER (WHERE ${isMature(measure)}),
      'successes', count(*) FILTER (WHERE ${isMature(measure)} AND ${within(HAPPENED_AT[measure], measure)}))`,
  );
  return rowsOf(
    db,
    sql`SELECT variant AS number, count(*)::int AS assigned,
               count(*) FILTER (WHERE attempts = 0 AND status = ANY(${NOT_SENT_YET}::text[]))::int AS waiting,
               count(*) FILTER (WHERE attempts > 0)::int AS attempted, count(started_at)::int AS started,
               count(*) FILTER (WHERE ${isMature(primary)})::int AS mature,
               count(*) FILTER (WHERE ${isMature('guardrails')})::int AS guarded,
               jsonb_build_object(${join(outcomes, ', ')}) AS outcomes,
               jsonb_build_object(
                 'optedOut', count(*) FILTER (WHERE ${isMature('guardrails')}
                                                AND ${within(sql`opted_out_at`, 'guardrails')}),
                 'failed', count(*) FILTER (WHERE ${isMature('guardrails')} AND status = 'failed')) AS guardrails,
               count(*) FILTER (WHERE ${within(sql`opted_out_at`, 'guardrails')})::int AS "optedOutSoFar"
          FROM (SELECT variant, status, attempts, delivered_at, read_at, responded_at, clicked_at, converted_at, opted_out_at,
                       CASE WHEN attempts > 0 AND status <> ALL(${UNDER_WAY}::text[])
                            THEN coalesce(sent_at, delivered_at, read_at, failed_at, attempted_at) END AS started_at
                  FROM campaign_recipients
                 WHERE campaign_id = ${campaignId} AND wave = 0 AND variant > 0) AS person
         GROUP BY variant ORDER BY variant`,
  );
}
