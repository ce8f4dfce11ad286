import type { EntityManager } from 'typeorm';
import { firstOf, rowsOf, type Sql, sql } from '../platform/database/sql.js';
import type { CampaignRecipient } from './recipient.entity.js';
import type { RecipientState } from './recipient-state.js';

const RECIPIENT = sql`r.id, r.campaign_id AS "campaignId", r.phone_number AS "phoneNumber",
  r.customer_id AS "customerId", r.name, r.variables, r.status, r.scheduled_send_date AS "scheduledSendDate",
  r.zone_id AS "zoneId", r.slice_id AS "sliceId", r.whatsapp_message_id AS "whatsappMessageId", r.sent_at AS "sentAt",
  r.delivered_at AS "deliveredAt", r.read_at AS "readAt", r.responded_at AS "respondedAt",
  r.clicked_at AS "clickedAt", r.failed_at AS "failedAt", r.failure_reason AS "failureReason",
  r.error_code AS "errorCode", r.attempts, r.attempted_at AS "attemptedAt", r.retry_count AS "retryCount", r.last_retry_at AS "lastRetryAt",
  r.next_attempt_at AS "nextAttemptAt", r.response_message AS "responseMessage", r.variant, r.wave, r.opted_out_at AS "optedOutAt",
  r.created_at AS "createdAt",
  r.updated_at AS "updatedAt"`;

/** Recipients of a campaign, if it belongs to this organization. The campaign is looked up once, not for every row. */
function ofCampaign(organizationId: string, campaignId: string): Sql {
  return sql`r.campaign_id = (SELECT c.campaign_id FROM campaign_sizes c
                               WHERE c.campaign_id = ${campaignId} AND c.organization_id = ${organizationId})`;
}

/** The campaign's own count of its recipients; undefined when there is no such campaign. */
export async function campaignSize(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
): Promise<number | undefined> {
  const row = await firstOf<{ recipients: number }>(
    db,
    sql`SELECT recipients FROM campaign_sizes
         WHERE campaign_id = ${campaignId} AND organization_id = ${organizationId}`,
  );
  return row?.recipients;
}

export interface RecipientRange {
  /** A condition on `r`. */
  filter?: Sql | undefined;
  after?: string | undefined;
  limit: number;
  offset?: number;
}

/** In the order they were added, which is the order of their ids. */
export async function listRecipients(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
  { filter = sql`true`, after, limit, offset = 0 }: RecipientRange,
): Promise<CampaignRecipient[]> {
  const later = after === undefined ? sql`true` : sql`r.id > ${after}`;
  return rowsOf(
    db,
    sql`SELECT ${RECIPIENT} FROM campaign_recipients r
         WHERE ${ofCampaign(organizationId, campaignId)} AND ${later} AND ${filter}
         ORDER BY r.id LIMIT ${limit} OFFSET ${offset}`,
  );
}

/** In the same order. */
export async function listIds(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
  { filter, after, limit }: { filter: Sql; after: string | undefined; limit: number },
): Promise<string[]> {
  const later = after === undefined ? sql`true` : sql`r.id > ${after}`;
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT r.id FROM campaign_recipients r
         WHERE ${ofCampaign(organizationId, campaignId)} AND ${later} AND ${filter}
         ORDER BY r.id LIMIT ${limit}`,
  );
  return rows.map(({ id }) => id);
}

export async function findRecipient(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
  id: string,
): Promise<CampaignRecipient | undefined> {
  return firstOf(
    db,
    sql`SELECT ${RECIPIENT} FROM campaign_recipients r
         WHERE ${ofCampaign(organizationId, campaignId)} AND r.id = ${id}`,
  );
}

/** Of any campaigns of an organization, in the order of their ids. */
export async function recipientsById(
  db: EntityManager,
  ids: readonly string[],
): Promise<CampaignRecipient[]> {
  return rowsOf(
    db,
    sql`SELECT ${RECIPIENT} FROM campaign_recipients r WHERE r.id = ANY(${ids}::uuid[]) ORDER BY r.id`,
  );
}

export async function countByStatus(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
): Promise<{ status: RecipientState; count: number }[]> {
  return rowsOf(
    db,
    sql`SELECT r.status, count(*)::int AS count FROM campaign_recipients r
         WHERE ${ofCampaign(organizationId, campaignId)} GROUP BY r.status`,
  );
}

export async function countMatching(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
  filter: Sql,
): Promise<number> {
  const row = await firstOf<{ count: number }>(
    db,
    sql`SELECT count(*)::int AS count FROM campaign_recipients r
         WHERE ${ofCampaign(organizationId, campaignId)} AND ${filter}`,
  );
  return row?.count ?? 0;
}

export async function countInState(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
  status: RecipientState,
): Promise<number> {
  const row = await firstOf<{ count: number }>(
    db,
    sql`SELECT count(*)::int AS count FROM campaign_recipients r
         WHERE ${ofCampaign(organizationId, campaignId)} AND r.status = ${status}`,
  );
  return row?.count ?? 0;
}

export interface KnownRecipient {
  id: string;
  phoneNumber: string;
  status: RecipientState;
}

function meant(by: 'ids' | 'numbers', values: readonly string[]): Sql {
  return by === 'ids' ? sql`r.id = ANY(${values}::uuid[])` : sql`r.phone_number = ANY(${values})`;
}

/**
 * Waits for recipients that are being claimed right now, then checks their status again under the lock. Rows are
 * locked in one order, so two of these never deadlock.
 */
export async function deleteUnsent(
  tx: EntityManager,
  organizationId: string,
  campaignId: string,
  by: 'ids' | 'numbers',
  values: readonly string[],
  unsent: readonly RecipientState[],
): Promise<KnownRecipient[]> {
  return rowsOf(
    tx,
    sql`DELETE FROM campaign_recipients r
         WHERE r.id IN (SELECT r.id FROM campaign_recipients r
                         WHERE ${ofCampaign(organizationId, campaignId)} AND ${meant(by, values)}
                           AND r.status = ANY(${unsent})
                         ORDER BY r.id FOR UPDATE)
        RETURNING r.id, r.phone_number AS "phoneNumber", r.status`,
  );
}

export async function findKnown(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
  by: 'ids' | 'numbers',
  values: readonly string[],
): Promise<KnownRecipient[]> {
  return rowsOf(
    db,
    sql`SELECT r.id, r.phone_number AS "phoneNumber", r.status FROM campaign_recipients r
         WHERE ${ofCampaign(organizationId, campaignId)} AND ${meant(by, values)}`,
  );
}
