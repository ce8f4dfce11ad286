import type { EntityManager } from 'typeorm';
import { and, execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { Day } from '../../rules/calendar/day.js';
import { type CampaignState, isOver } from './campaign-state.js';
import type { Campaign } from './campaign.entity.js';

/** The columns of a campaign, named as in its entity. */
const COLUMNS = sql`
  id, organization_id AS "organizationId", sender_id AS "senderId", name, description,
  template_name AS "templateName", language_code AS "languageCode", template_variables AS "templateVariables",
  template_components AS "templateComponents", links, target_type AS "targetType", target_audience AS "targetAudience",
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
  plan_at AS "planAt", plan_due AS "planDue", feed_at AS "feedAt", released_on AS "releasedOn", breaker_first_failures AS "breakerFirstFailures",
  breaker_failure_percent AS "breakerFailurePercent", breaker_min_attempts AS "breakerMinAttempts",
  attempts_judged AS "attemptsJudged", attempts_failed AS "attemptsFailed", failure_cause AS "failureCause",
  failure_causes_differ AS "failureCausesDiffer", pace_changed_at AS "paceChangedAt", archived_at AS "archivedAt",
  series_id AS "seriesId", occurrence_id AS "occurrenceId", once_per_person AS "oncePerPerson",
  min_gap_days AS "minGapDays", started_at AS "startedAt",
  completed_at AS "completedAt", winner, open_wave AS "openWave",
  send_in_recipient_zone AS "sendInRecipientZone", has_send_times AS "hasSendTimes", created_by AS "createdBy",
  created_at AS "createdAt", updated_at AS "updatedAt"`;

export interface CampaignFilter {
  status: CampaignState | undefined;
  tag: string | undefined;
  search: string | undefined;
  /** Omitted: archived campaigns are listed like the others. */
  archived?: Archived | undefined;
}

/** Whether archived campaigns are hidden, listed among the others, or the only ones. */
export const ARCHIVED = ['false', 'true', 'only'] as const;
export type Archived = (typeof ARCHIVED)[number];

/** Newest first. Ids are in the order of time, so a cursor needs nothing else. */
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

/** What a list may be sorted by. The keys are numbers or texts, and campaigns without one come last. */
const SORT_KEYS = {
  name: { key: sql`lower(name) COLLATE "C"`, type: sql`text` },
  scheduledFor: { key: sql`(extract(epoch FROM scheduled_for) * 1000000)::bigint`, type: sql`bigint` },
  startedAt: { key: sql`(extract(epoch FROM started_at) * 1000000)::bigint`, type: sql`bigint` },
  createdAt: { key: sql`(extract(epoch FROM created_at) * 1000000)::bigint`, type: sql`bigint` },
  totalRecipients: { key: sql`total_target_customers::bigint`, type: sql`bigint` },
} as const;
export type SortKey = keyof typeof SORT_KEYS;
export const SORT_KEY_NAMES = Object.keys(SORT_KEYS) as SortKey[];

export interface SortedPlace {
  by: SortKey;
  isDescending: boolean;
  /** The key and the id of the last row that was seen. */
  after: { key: string; id: string } | undefined;
  limit: number;
  offset: number;
}

export interface SortedCampaign extends Campaign {
  sortKey: string;
}

const FIRST_OF_ALL = '-9000000000000000000';
const LAST_OF_ALL = '9000000000000000000';

/** By a key that others may share, then by id: a page begins after the last row of the one before it. */
export async function listSorted(
  db: EntityManager,
  organizationId: string,
  filter: CampaignFilter,
  { by, isDescending, after, limit, offset }: SortedPlace,
): Promise<SortedCampaign[]> {
  const { key, type } = SORT_KEYS[by];
  const last = isDescending ? FIRST_OF_ALL : LAST_OF_ALL;
  const sortKey = by === 'name' ? key : sql`coalesce(${key}, ${last}::bigint)`;
  const direction = isDescending ? sql`DESC` : sql`ASC`;
  const from =
    after === undefined
      ? sql`true`
      : sql`(${sortKey}, id) ${isDescending ? sql`<` : sql`>`} (${after.key}::${type}, ${after.id}::uuid)`;
  return rowsOf<SortedCampaign>(
    db,
    sql`SELECT ${COLUMNS}, (${sortKey})::text AS "sortKey" FROM marketing_campaigns
         WHERE organization_id = ${organizationId} AND ${matching(filter)} AND ${from}
         ORDER BY ${sortKey} ${direction}, id ${direction} LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countByState(
  db: EntityManager,
  organizationId: string,
  filter: CampaignFilter,
): Promise<{ status: CampaignState; campaigns: number }[]> {
  return rowsOf(
    db,
    sql`SELECT status, count(*)::int AS campaigns FROM marketing_campaigns
         WHERE organization_id = ${organizationId} AND ${matching({ ...filter, status: undefined })} GROUP BY status`,
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

export async function namesBySender(
  db: EntityManager,
  organizationId: string,
  senderId: string,
): Promise<string[]> {
  const campaigns = await rowsOf<{ name: string }>(
    db,
    sql`SELECT name FROM marketing_campaigns
         WHERE organization_id = ${organizationId} AND sender_id = ${senderId} ORDER BY id DESC`,
  );
  return campaigns.map(({ name }) => name);
}

/** The text of an id stands in these columns only where the campaign names the asset. */
export async function namesByAsset(
  tx: EntityManager,
  organizationId: string,
  assetId: string,
): Promise<string[]> {
  const ended: readonly CampaignState[] = ['completed', 'cancelled', 'failed'];
  const campaigns = await rowsOf<{ name: string }>(
    tx,
    sql`SELECT name FROM marketing_campaigns
         WHERE organization_id = ${organizationId} AND status <> ALL(${ended}::text[])
           AND (strpos(lower(template_variables::text), lower(${assetId})) > 0
                OR strpos(lower(template_components::text), lower(${assetId})) > 0)
         ORDER BY id DESC`,
  );
  return campaigns.map(({ name }) => name);
}

export async function namesByTemplate(
  tx: EntityManager,
  template: { organizationId: string; businessAccountId: string; name: string; language: string | null },
  states: readonly CampaignState[],
): Promise<string[]> {
  const { organizationId, businessAccountId, name, language } = template;
  const campaigns = await rowsOf<{ name: string }>(
    tx,
    sql`SELECT c.name FROM marketing_campaigns c JOIN senders s ON s.id = c.sender_id
         WHERE c.organization_id = ${organizationId} AND s.business_account_id = ${businessAccountId}
           AND ((c.template_name = ${name} AND ${language === null ? sql`true` : sql`c.language_code = ${language}`})
                OR EXISTS (SELECT FROM campaign_variants v
                            WHERE v.campaign_id = c.id AND v.dropped_at IS NULL
                              AND coalesce(v.template_name, c.template_name) = ${name}
                              AND ${language === null ? sql`true` : sql`coalesce(v.language_code, c.language_code) = ${language}`}))
           AND c.status = ANY(${states}::text[])
         ORDER BY c.id DESC`,
  );
  return campaigns.map((campaign) => campaign.name);
}

function matching({ status, tag, search, archived }: CampaignFilter) {
  const conditions = [];
  if (status !== undefined) conditions.push(sql`status = ${status}`);
  if (archived === 'false') conditions.push(sql`archived_at IS NULL`);
  if (archived === 'only') conditions.push(sql`archived_at IS NOT NULL`);
  if (tag !== undefined) conditions.push(sql`${tag} = ANY (tags)`);
  if (search !== undefined) {
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(sql`(name ILIKE ${pattern} OR template_name ILIKE ${pattern})`);
  }
  return and(conditions);
}

/** Blocks other writers of the row. NO KEY, so foreign-key checks of recipients and counters do not wait for it. */
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

/** Does not wait: undefined when another transaction holds it. */
export async function tryLockCampaign(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<Campaign | undefined> {
  return firstOf<Campaign>(
    tx,
    sql`SELECT ${COLUMNS} FROM marketing_campaigns
         WHERE organization_id = ${organizationId} AND id = ${id} FOR NO KEY UPDATE SKIP LOCKED`,
  );
}

export async function setFeedAt(tx: EntityManager, campaignId: string, at: Date | null): Promise<void> {
  await execute(
    tx,
    sql`UPDATE marketing_campaigns SET feed_at = ${at}
         WHERE id = ${campaignId} AND feed_at IS DISTINCT FROM ${at}::timestamptz`,
  );
}

export interface StatusChange {
  status: CampaignState;
  reason: string | null;
  startedAt?: Date;
  completedAt?: Date;
}

/** Becoming active resets the breaker, which judges only what happens after it, and has the campaign looked at. */
export async function setStatus(
  tx: EntityManager,
  organizationId: string,
  id: string,
  { status, reason, startedAt, completedAt }: StatusChange,
  now: Date,
): Promise<void> {
  const tally =
    status === 'active'
      ? sql`, attempts_judged = 0, attempts_failed = 0, failure_cause = NULL, failure_causes_differ = false,
            feed_at = NULL,
            has_send_times = EXISTS (SELECT FROM campaign_variants v
                                      WHERE v.campaign_id = marketing_campaigns.id AND v.send_at IS NOT NULL)`
      : sql``;
  // A campaign that is started again is nothing for the archive.
  const archive = isOver(status) || status === 'completed' ? sql`` : sql`, archived_at = NULL`;
  await execute(
    tx,
    sql`UPDATE marketing_campaigns
           SET status = ${status}, status_reason = ${reason}, status_changed_at = ${now}, updated_at = ${now},
               started_at = coalesce(started_at, ${startedAt ?? null}::timestamptz),
               completed_at = ${completedAt ?? null}::timestamptz${tally}${archive}
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

export async function setArchived(
  tx: EntityManager,
  organizationId: string,
  id: string,
  at: Date | null,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE marketing_campaigns SET archived_at = ${at} WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

/** The local day whose recipients the daily run has released; written only when it changes. */
export async function setReleased(tx: EntityManager, campaignId: string, day: Day): Promise<void> {
  await execute(
    tx,
    sql`UPDATE marketing_campaigns SET released_on = ${day}
         WHERE id = ${campaignId} AND released_on IS DISTINCT FROM ${day}::date`,
  );
}

/** When the campaign starts: on a day, at an instant, or at once if both are null. */
export async function setStart(
  tx: EntityManager,
  organizationId: string,
  id: string,
  { startDate, scheduledFor }: { startDate: Day | null; scheduledFor: Date | null },
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE marketing_campaigns SET start_date = ${startDate}, scheduled_for = ${scheduledFor}
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}
