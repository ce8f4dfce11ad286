import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../platform/database/sql.js';
import type { ExplainedAttempt } from './explanations/explain-recipient.js';

/** Every send to one recipient, as the log of messages has it; found along the index of attempts. */
export async function attemptsOf(
  db: EntityManager,
  organizationId: string,
  recipientId: string,
): Promise<ExplainedAttempt[]> {
  return rowsOf<ExplainedAttempt>(
    db,
    sql`SELECT attempt, status, template_name AS "templateName", whatsapp_message_id AS "whatsappMessageId",
               created_at AS "createdAt", accepted_at AS "acceptedAt", sent_at AS "sentAt",
               delivered_at AS "deliveredAt", read_at AS "readAt", failed_at AS "failedAt",
               error_code AS "errorCode", error_subcode AS "errorSubcode", error_title AS "errorTitle",
               error_details AS "errorDetails", fbtrace_id AS "fbtraceId", http_status AS "httpStatus"
          FROM whatsapp_messages
         WHERE recipient_id = ${recipientId} AND organization_id = ${organizationId}
         ORDER BY attempt`,
  );
}
