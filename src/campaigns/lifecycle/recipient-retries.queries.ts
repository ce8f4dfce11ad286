import type { EntityManager } from 'typeorm';
import { and, execute, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { RecipientState } from '../../recipients/recipient-state.js';

/** Selects failed recipients. Both conditions must hold. */
export interface RetryChoice {
  ids: readonly string[] | undefined;
  /** A condition on `r`. */
  filter: Sql | undefined;
}

export interface RetryCandidate {
  id: string;
  phoneNumber: string;
  errorCode: number | null;
  failedAt: Date | null;
  isOptedOut: boolean;
}

function matching(campaignId: string, { ids, filter }: RetryChoice): Sql {
  return and([
    sql`r.campaign_id = ${campaignId}`,
    sql`r.status = 'failed'`,
    ...(ids === undefined ? [] : [sql`r.id = ANY(${ids}::uuid[])`]),
    ...(filter === undefined ? [] : [filter]),
  ]);
}

const CANDIDATE = sql`SELECT r.id, r.phone_number AS "phoneNumber", r.error_code AS "errorCode", r.failed_at AS "failedAt",
       coalesce(p.subscription = 'unsubscribed', false) AS "isOptedOut"
  FROM campaign_recipients r LEFT JOIN user_profiles p ON p.id = r.customer_id`;

/** The next ones in id order. */
export async function findFailed(
  db: EntityManager,
  campaignId: string,
  choice: RetryChoice,
  { after, limit }: { after: string | null; limit: number },
): Promise<RetryCandidate[]> {
  const later = after === null ? sql`true` : sql`r.id > ${after}`;
  return rowsOf<RetryCandidate>(
    db,
    sql`${CANDIDATE} WHERE ${matching(campaignId, choice)} AND ${later} ORDER BY r.id LIMIT ${limit}`,
  );
}

/** Those that have still failed, in id order, locked: a status that arrives now waits, and finds them pending. */
export async function lockFailed(
  tx: EntityManager,
  campaignId: string,
  ids: readonly string[],
): Promise<RetryCandidate[]> {
  return rowsOf<RetryCandidate>(
    tx,
    sql`${CANDIDATE} WHERE r.campaign_id = ${campaignId} AND r.id = ANY(${ids}::uuid[]) AND r.status = 'failed'
         ORDER BY r.id FOR NO KEY UPDATE OF r`,
  );
}

export async function statesOf(
  tx: EntityManager,
  campaignId: string,
  ids: readonly string[],
): Promise<{ id: string; status: RecipientState }[]> {
  return rowsOf(
    tx,
    sql`SELECT id, status FROM campaign_recipients
         WHERE campaign_id = ${campaignId} AND id = ANY(${ids}::uuid[])`,
  );
}

/** Resets them to unsent, but keeps the count and the record of their attempts. */
export async function putBack(tx: EntityManager, ids: readonly string[], now: Date): Promise<number> {
  return execute(
    tx,
    sql`UPDATE campaign_recipients
           SET status = 'pending', scheduled_send_date = NULL, slice_id = NULL, next_attempt_at = NULL,
               whatsapp_message_id = NULL, sent_at = NULL, delivered_at = NULL, read_at = NULL,
               failed_at = NULL, failure_reason = NULL, error_code = NULL,
               retry_count = retry_count + 1, last_retry_at = ${now}, updated_at = ${now}
         WHERE id = ANY(${ids}::uuid[])`,
  );
}
