import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';
import { statesBefore } from '../../rules/state-machine.js';
import { CAMPAIGN_MOVES, type CampaignState } from '../campaign/campaign-state.js';
import type { MovedCampaign } from '../campaign/campaign-move-event.js';
import type { RunningCampaign } from '../campaign/running-campaign.js';

/** Takes no lock: settings are only read, and counts are added. */
export async function readRunning(tx: EntityManager, ids: readonly string[]): Promise<RunningCampaign[]> {
  return rowsOf(
    tx,
    sql`SELECT c.id, c.organization_id AS "organizationId", c.sender_id AS "senderId",
               (SELECT p.id FROM senders s JOIN portfolios p ON p.id = s.portfolio_id
                 WHERE s.id = c.sender_id AND NOT p.is_unlimited) AS "portfolioId",
               c.status, c.status_changed_at AS "statusChangedAt", c.retry_failed AS "retryFailed",
               c.max_retries AS "maxRetries", c.time_zone AS "timeZone", c.send_in_recipient_zone AS "sendInRecipientZone", c.send_window_start AS "sendWindowStart",
               c.send_window_end AS "sendWindowEnd", c.send_window_off AS "sendWindowOff",
               c.breaker_first_failures AS "firstFailures", c.breaker_failure_percent AS "failurePercent",
               c.breaker_min_attempts AS "minAttempts"
          FROM marketing_campaigns c WHERE c.id = ANY(${ids}::uuid[])`,
  );
}

export interface Tally {
  id: string;
  judged: number;
  failed: number;
  cause: number | null;
  causesDiffer: boolean;
}

/** An addition to a campaign's tally, made only if the campaign is still in the state it was read in. */
export interface AddedTally extends Tally {
  statusChangedAt: Date;
}

export interface CampaignWork extends Tally {
  status: CampaignState;
  pending: number;
  delivered: number;
}

/** Returns the new totals, and the work left after the changes of this transaction. */
export async function addTallies(tx: EntityManager, tallies: readonly AddedTally[]): Promise<CampaignWork[]> {
  return rowsOf(
    tx,
    sql`UPDATE marketing_campaigns c
           SET attempts_judged = c.attempts_judged + t.judged, attempts_failed = c.attempts_failed + t.failed,
               failure_cause = coalesce(c.failure_cause, t.cause),
               failure_causes_differ = c.failure_causes_differ OR t.differ
                 OR coalesce(c.failure_cause <> t.cause, false)
          FROM unnest(${tallies.map(({ id }) => id)}::uuid[], ${tallies.map(({ judged }) => judged)}::int[],
                      ${tallies.map(({ failed }) => failed)}::int[], ${tallies.map(({ cause }) => cause)}::int[],
                      ${tallies.map(({ causesDiffer }) => causesDiffer)}::boolean[],
                      ${tallies.map(({ statusChangedAt }) => statusChangedAt)}::timestamptz[])
            AS t (id, judged, failed, cause, differ, status_changed_at)
         WHERE c.id = t.id AND c.status_changed_at = t.status_changed_at
           AND c.id IN (SELECT id FROM marketing_campaigns
                         WHERE id = ANY(${tallies.map(({ id }) => id)}::uuid[]) ORDER BY id FOR NO KEY UPDATE)
        RETURNING c.id, c.status, c.messages_pending AS pending, c.messages_delivered AS delivered,
                  c.attempts_judged AS judged, c.attempts_failed AS failed, c.failure_cause AS cause,
                  c.failure_causes_differ AS "causesDiffer"`,
  );
}

/**
 * Moves and returns the campaigns whose state allows it; the others stay as they are. What they leave of a shared limit
 * is planned for others a moment later.
 */
export async function stop(
  tx: EntityManager,
  ids: readonly string[],
  to: 'paused' | 'failed',
  reason: string,
  now: Date,
): Promise<MovedCampaign[]> {
  return rowsOf(
    tx,
    sql`UPDATE marketing_campaigns
           SET status = ${to}, status_reason = ${reason}, status_changed_at = ${now}, updated_at = ${now},
               plan_due = 'below', plan_at = ${now},
               completed_at = CASE WHEN ${to} = 'failed' THEN ${now}::timestamptz ELSE completed_at END
         WHERE id IN (SELECT id FROM marketing_campaigns WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR NO KEY UPDATE)
           AND status = ANY(${statesBefore(CAMPAIGN_MOVES, to)})
        RETURNING organization_id AS "organizationId", id, name`,
  );
}

export async function complete(
  tx: EntityManager,
  ids: readonly string[],
  reason: string,
  now: Date,
): Promise<MovedCampaign[]> {
  return rowsOf(
    tx,
    sql`UPDATE marketing_campaigns
           SET status = 'completed', status_reason = ${reason}, status_changed_at = ${now}, updated_at = ${now},
               completed_at = ${now}
         WHERE id IN (SELECT id FROM marketing_campaigns WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR NO KEY UPDATE)
           AND status = 'active' AND messages_pending = 0 AND total_target_customers > 0
        RETURNING organization_id AS "organizationId", id, name`,
  );
}

/** Resets everything that a start resets. */
export async function reopen(
  tx: EntityManager,
  ids: readonly string[],
  reason: string,
  now: Date,
): Promise<MovedCampaign[]> {
  return rowsOf(
    tx,
    sql`UPDATE marketing_campaigns
           SET status = 'active', status_reason = ${reason}, status_changed_at = ${now}, updated_at = ${now},
               completed_at = NULL, attempts_judged = 0, attempts_failed = 0, failure_cause = NULL,
               failure_causes_differ = false, feed_at = NULL, plan_at = NULL, archived_at = NULL
         WHERE id IN (SELECT id FROM marketing_campaigns WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR NO KEY UPDATE)
           AND status = 'completed' AND messages_pending > 0
        RETURNING organization_id AS "organizationId", id, name`,
  );
}

export interface UsedTemplate {
  organizationId: string;
  businessAccountId: string;
  name: string;
  language: string;
}

/**
 * Those that still give the template to somebody: a variant that was dropped or has lost is given to nobody. Reads running
 * campaigns only. There are few of them, so their index is enough.
 */
export async function activeWith(
  db: EntityManager,
  { organizationId, businessAccountId, name, language }: UsedTemplate,
): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT c.id FROM marketing_campaigns c JOIN senders s ON s.id = c.sender_id
         WHERE c.status = 'active' AND c.organization_id = ${organizationId} AND s.business_account_id = ${businessAccountId}
           AND ((c.template_name = ${name} AND c.language_code = ${language}
                 AND NOT EXISTS (SELECT FROM campaign_variants v WHERE v.campaign_id = c.id))
                OR EXISTS (SELECT FROM campaign_variants v
                            WHERE v.campaign_id = c.id AND coalesce(v.template_name, c.template_name) = ${name}
                              AND coalesce(v.language_code, c.language_code) = ${language}
                              AND v.dropped_at IS NULL AND (c.winner IS NULL OR v.number = c.winner)))
         ORDER BY c.id`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Only earlier than planned, and in the order of the ids. Locked before `feed_at` is looked at: a slicer that holds the
 * campaign may be about to set a later time, without having seen the retry.
 */
export async function feedEarlier(
  tx: EntityManager,
  looks: readonly { id: string; at: Date }[],
): Promise<void> {
  const due = sql`unnest(${looks.map(({ id }) => id)}::uuid[], ${looks.map(({ at }) => at)}::timestamptz[]) AS look (id, at)`;
  await execute(
    tx,
    sql`UPDATE marketing_campaigns c SET feed_at = CASE WHEN c.feed_at > look.at THEN look.at ELSE c.feed_at END
          FROM ${due}
         WHERE c.id = look.id
           AND c.id IN (SELECT c.id FROM marketing_campaigns c JOIN ${due} ON look.id = c.id
                         ORDER BY c.id FOR NO KEY UPDATE OF c)`,
  );
}
