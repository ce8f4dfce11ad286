import type { EntityManager } from 'typeorm';
import { and, execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { CampaignState } from './campaign-state.js';
import type { Campaign } from './campaign.entity.js';

/** The columns of a campaign under the names of its entity. */
const COLUMNS = sql`
  id, organization_id AS "organizationId", sender_id AS "senderId", name, description,
  template_name AS "templateName", language_code AS "languageCode", template_variables AS "templateVariables",
  template_components AS "templateComponents", target_type AS "targetType", target_audience AS "targetAudience",
  segment_query AS "segmentQuery", source_campaign_id AS "sourceCampaignId", status,
  status_reason AS "statusReason", status_changed_at AS "statusChangedAt", priority,
  daily_send_limit AS "dailySendLimit", rate_limit AS "rateLimit", retry_failed AS "retryFailed",
  max_retries AS "maxRetries", scheduled_for AS "scheduledFor", start_date AS "startDate",
  send_window_start AS "sendWindowStart", send_window_end AS "sendWindowEnd", send_window_off AS "sendWindowOff",
  time_zone AS "timeZone", tags, total_target_customers AS "totalTargetCustomers",
  messages_pending AS "messagesPending", messages_sent AS "messagesSent",
  messages_delivered AS "messagesDelivered", messages_read AS "messagesRead",
  messages_responded AS "messagesResponded", messages_failed AS "messagesFailed",
  messages_skipped AS "messagesSkipped", messages_opted_out AS "messagesOptedOut",
  estimated_completion_date AS "estimatedCompletionDate", planned_limit AS "plannedLimit",
  released_on AS "releasedOn", breaker_first_failures AS "breakerFirstFailures",
  breaker_failure_percent AS "breakerFailurePercent", breaker_min_attempts AS "breakerMinAttempts",
  attempts_judged AS "attemptsJudged", attempts_failed AS "attemptsFailed", failure_cause AS "failureCause",
  failure_causes_differ AS "failureCausesDiffer", started_at AS "startedAt",
  completed_at AS "completedAt", created_by AS "createdBy", created_at AS "createdAt", updated_at AS "updatedAt"`;

export interface CampaignFilter {
  status: CampaignState | undefined;
  tag: string | undefined;
  search: string | undefined;
}

/** Newest first; the id is in the order of time, so a cursor needs nothing else. */
export async function listCampaigns(
  db: EntityManager,
  organizationId: string,
  filter: CampaignFilter,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<Campaign[]> {
  const older = before === undefined ? sql`true` : sql`id < ${before}`;
  return rowsOf<Campaign>(
    db,
    sql`SELECT ${COLUMNS} FROM marketing_campaigns
         WHERE organization_id = ${organizationId} AND ${matching(filter)} AND ${older}
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countCampaigns(
  db: EntityManager,
  organizationId: string,
  filter: CampaignFilter,
): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM marketing_campaigns
         WHERE organization_id = ${organizationId} AND ${matching(filter)}`,
  );
  return row?.n ?? 0;
}

function matching({ status, tag, search }: CampaignFilter) {
  const conditions = [];
  if (status !== undefined) conditions.push(sql`status = ${status}`);
  if (tag !== undefined) conditions.push(sql`${tag} = ANY (tags)`);
  if (search !== undefined) {
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(sql`(name ILIKE ${pattern} OR template_name ILIKE ${pattern})`);
  }
  return and(conditions);
}

/** Guards against everything but the counters' triggers, which must be able to wait for no one but each other. */
export async function lockCampaign(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<Campaign | undefined> {
  return firstOf<Campaign>(
    tx,
    sql`SELECT ${COLUMNS} FROM marketing_campaigns
         WHERE organization_id = ${organizationId} AND id = ${id} FOR NO KEY UPDATE`,
  );
}

export interface StatusChange {
  status: CampaignState;
  reason: string | null;
  startedAt?: Date;
  completedAt?: Date;
}

/** To become active is to begin anew for the breaker, which judges what happened since. */
export async function setStatus(
  tx: EntityManager,
  organizationId: string,
  id: string,
  { status, reason, startedAt, completedAt }: StatusChange,
  now: Date,
): Promise<void> {
  const tally =
    status === 'active'
      ? sql`, attempts_judged = 0, attempts_failed = 0, failure_cause = NULL, failure_causes_differ = false`
      : sql``;
  await execute(
    tx,
    sql`UPDATE marketing_campaigns
           SET status = ${status}, status_reason = ${reason}, status_changed_at = ${now}, updated_at = ${now},
               started_at = coalesce(started_at, ${startedAt ?? null}::timestamptz),
               completed_at = ${completedAt ?? null}::timestamptz${tally}
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}
