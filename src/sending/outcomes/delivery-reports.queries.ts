import type { EntityManager } from 'typeorm';
import { fit } from '../../platform/database/storable-text.js';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';
import type { TrackedRecipient } from './recipient-progress.js';

/** The campaigns of these recipients, whose settings judge the reports. */
export async function campaignsOf(db: EntityManager, recipientIds: readonly string[]): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT DISTINCT campaign_id AS id FROM campaign_recipients WHERE id = ANY(${recipientIds}::uuid[])`,
  );
  return rows.map(({ id }) => id);
}

/** In the order of their ids. Recipients whose campaign is not among these have been moved or deleted, and are skipped. */
export async function lockRecipients(
  tx: EntityManager,
  recipientIds: readonly string[],
  campaignIds: readonly string[],
): Promise<TrackedRecipient[]> {
  return rowsOf(
    tx,
    sql`SELECT id, campaign_id AS "campaignId", phone_number AS "phoneNumber", status, attempts,
               attempted_at AS "attemptedAt", whatsapp_message_id AS "whatsappMessageId", sent_at AS "sentAt",
               delivered_at AS "deliveredAt", read_at AS "readAt", responded_at AS "respondedAt",
               clicked_at AS "clickedAt", failed_at AS "failedAt", failure_reason AS "failureReason",
               error_code AS "errorCode", retry_count AS "retryCount", last_retry_at AS "lastRetryAt",
               next_attempt_at AS "nextAttemptAt", response_message AS "responseMessage"
          FROM campaign_recipients
         WHERE id = ANY(${recipientIds}::uuid[]) AND campaign_id = ANY(${campaignIds}::uuid[])
         ORDER BY id FOR UPDATE`,
  );
}

/**
 * One statement for the whole batch, because the counters' trigger costs as much for one row as for a hundred. A column
 * that does not change keeps its value, so the row keeps its place in every index.
 */
export async function updateRecipients(
  tx: EntityManager,
  recipients: readonly TrackedRecipient[],
  now: Date,
): Promise<void> {
  if (recipients.length === 0) return;
  const column = <T>(read: (recipient: TrackedRecipient) => T) => recipients.map(read);
  const times = (read: (recipient: TrackedRecipient) => Date | null) =>
    recipients.map((recipient) => read(recipient)?.toISOString() ?? null);
  await execute(
    tx,
    sql`UPDATE campaign_recipients r
           SET status = n.status, whatsapp_message_id = n.wamid, sent_at = n.sent_at, delivered_at = n.delivered_at,
               read_at = n.read_at, responded_at = n.responded_at, clicked_at = n.clicked_at, failed_at = n.failed_at,
               failure_reason = n.reason, error_code = n.code, retry_count = n.retry_count,
               last_retry_at = n.last_retry_at, next_attempt_at = n.next_attempt_at, response_message = n.response,
               slice_id = CASE WHEN n.status = 'retry' THEN NULL ELSE r.slice_id END, updated_at = ${now}
          FROM unnest(${column(({ id }) => id)}::uuid[], ${column(({ status }) => status)}::text[],
                      ${column(({ whatsappMessageId }) => whatsappMessageId)}::text[],
                      ${times(({ sentAt }) => sentAt)}::timestamptz[],
                      ${times(({ deliveredAt }) => deliveredAt)}::timestamptz[],
                      ${times(({ readAt }) => readAt)}::timestamptz[],
                      ${times(({ respondedAt }) => respondedAt)}::timestamptz[],
                      ${times(({ clickedAt }) => clickedAt)}::timestamptz[],
                      ${times(({ failedAt }) => failedAt)}::timestamptz[],
                      ${column(({ failureReason }) => failureReason)}::text[],
                      ${column(({ errorCode }) => errorCode)}::integer[],
                      ${column(({ retryCount }) => retryCount)}::smallint[],
                      ${times(({ lastRetryAt }) => lastRetryAt)}::timestamptz[],
                      ${times(({ nextAttemptAt }) => nextAttemptAt)}::timestamptz[],
                      ${column(({ responseMessage }) => fit(responseMessage, 4_096))}::text[])
            AS n (id, status, wamid, sent_at, delivered_at, read_at, responded_at, clicked_at, failed_at, reason, code,
                  retry_count, last_retry_at, next_attempt_at, response)
         WHERE r.id = n.id`,
  );
}
