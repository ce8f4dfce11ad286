import type { EntityManager } from 'typeorm';
import { execute, join, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { FoundAttempt, NewAttempt, PastAttempt } from './message-attempt.js';
import { MESSAGE_RANK, type MessageNews, STATES_BY_RANK } from './message-progress.js';
import { fit } from '../../platform/database/storable-text.js';

export async function insertAttempts(tx: EntityManager, attempts: readonly NewAttempt[]): Promise<void> {
  const column = (read: (attempt: NewAttempt) => unknown) => attempts.map((one) => read(one) ?? null);
  await execute(
    tx,
    sql`INSERT INTO whatsapp_messages
          (id, organization_id, sender_id, direction, purpose, phone_number, whatsapp_user_id, customer_id,
           campaign_id, recipient_id, attempt, type, template_name, category, content, status,
           context_message_id, created_at)
        SELECT id, organization_id, sender_id, 'out', purpose, phone_number, whatsapp_user_id, customer_id,
               campaign_id, recipient_id, attempt, type, template_name, category, content, 'sending',
               context_message_id, at
          FROM unnest(${column((a) => a.id)}::uuid[], ${column((a) => a.organizationId)}::uuid[],
                      ${column((a) => a.senderId)}::uuid[], ${column((a) => a.purpose)}::text[],
                      ${column((a) => a.phoneNumber)}::text[], ${column((a) => a.whatsappUserId)}::text[],
                      ${column((a) => a.customerId)}::uuid[], ${column((a) => a.campaignId)}::uuid[],
                      ${column((a) => a.recipientId)}::uuid[], ${column((a) => a.attempt)}::smallint[],
                      ${column((a) => a.type)}::text[], ${column((a) => a.templateName)}::text[],
                      ${column((a) => a.category)}::text[], ${column((a) => jsonOf(a.content))}::jsonb[],
                      ${column((a) => a.contextMessageId)}::text[], ${column((a) => a.at.toISOString())}::timestamptz[])
            AS attempt (id, organization_id, sender_id, purpose, phone_number, whatsapp_user_id, customer_id,
                        campaign_id, recipient_id, attempt, type, template_name, category, content,
                        context_message_id, at)`,
  );
}

function jsonOf(content: Record<string, unknown> | null | undefined): string | null {
  return content === undefined || content === null ? null : JSON.stringify(content);
}

const RANK = sql`(array_position(${STATES_BY_RANK}::text[], m.status) - 1)`;

/**
 * The statement judges each row itself, so it needs no lock beforehand and two reports at the same moment cannot undo
 * each other. Old news leaves a row as it is.
 */
async function update(
  tx: EntityManager,
  news: readonly MessageNews[],
  keys: Sql,
  names: Sql,
  match: Sql,
): Promise<void> {
  if (news.length === 0) return;
  const column = <T>(read: (one: MessageNews) => T) => news.map(read);
  const times = (read: (one: MessageNews) => Date | null) =>
    column((one) => read(one)?.toISOString() ?? null);
  const text = (read: (one: MessageNews) => string | null | undefined, max: number) =>
    column((one) => fit(read(one) ?? null, max));
  const TIMES = [
    sql`accepted_at`,
    sql`sent_at`,
    sql`delivered_at`,
    sql`read_at`,
    sql`failed_at`,
    sql`held_at`,
    sql`doubted_at`,
  ];
  const ERROR = [
    sql`error_code`,
    sql`error_subcode`,
    sql`error_title`,
    sql`error_details`,
    sql`fbtrace_id`,
    sql`http_status`,
  ];
  const PRICING = [sql`pricing_category`, sql`pricing_type`, sql`is_billable`];
  const takesError = sql`(n.error_title IS NOT NULL AND (m.error_title IS NULL OR (n.rank > ${RANK} AND m.failed_at IS NULL)))`;
  const takesId = sql`(n.wamid IS NOT NULL AND m.whatsapp_message_id IS NULL)`;
  await execute(
    tx,
    sql`UPDATE whatsapp_messages m
           SET status = CASE WHEN n.rank > ${RANK} THEN n.status ELSE m.status END,
               whatsapp_message_id = CASE WHEN ${takesId} AND NOT EXISTS
                   (SELECT FROM whatsapp_messages other WHERE other.whatsapp_message_id = n.wamid)
                 THEN n.wamid ELSE m.whatsapp_message_id END,
               ${join(
                 TIMES.map((time) => sql`${time} = least(m.${time}, n.${time})`),
                 ', ',
               )},
               ${join(
                 ERROR.map(
                   (field) => sql`${field} = CASE WHEN ${takesError} THEN n.${field} ELSE m.${field} END`,
                 ),
                 ', ',
               )},
               ${join(
                 PRICING.map((field) => sql`${field} = coalesce(m.${field}, n.${field})`),
                 ', ',
               )}
          FROM unnest(${keys}, ${column((one) => one.status)}::text[],
                      ${column((one) => MESSAGE_RANK[one.status])}::integer[], ${column((one) => one.wamid)}::text[],
                      ${times((one) => one.acceptedAt)}::timestamptz[], ${times((one) => one.sentAt)}::timestamptz[],
                      ${times((one) => one.deliveredAt)}::timestamptz[], ${times((one) => one.readAt)}::timestamptz[],
                      ${times((one) => one.failedAt)}::timestamptz[], ${times((one) => one.heldAt)}::timestamptz[],
                      ${times((one) => one.doubtedAt)}::timestamptz[],
                      ${column((one) => one.error?.code ?? null)}::integer[],
                      ${column((one) => one.error?.subcode ?? null)}::integer[],
                      ${text((one) => one.error?.title, 1_000)}::text[],
                      ${text((one) => one.error?.details, 1_000)}::text[],
                      ${text((one) => one.error?.fbtraceId, 64)}::text[],
                      ${column((one) => one.error?.httpStatus ?? null)}::smallint[],
                      ${text((one) => one.pricing?.category, 40)}::text[],
                      ${text((one) => one.pricing?.type, 40)}::text[],
                      ${column((one) => one.pricing?.billable ?? null)}::boolean[])
            AS n (${names}, status, rank, wamid, accepted_at, sent_at, delivered_at, read_at, failed_at, held_at,
                  doubted_at, error_code, error_subcode, error_title, error_details, fbtrace_id, http_status, pricing_category, pricing_type,
                  is_billable)
         WHERE ${match} AND m.direction = 'out'
           AND (n.rank > ${RANK} OR ${takesId} OR ${takesError}
                OR ${join(
                  TIMES.map(
                    (time) => sql`(n.${time} < m.${time} OR (m.${time} IS NULL AND n.${time} IS NOT NULL))`,
                  ),
                  ' OR ',
                )}
                OR ${join(
                  PRICING.map((field) => sql`(m.${field} IS NULL AND n.${field} IS NOT NULL)`),
                  ' OR ',
                )})`,
  );
}

export async function updateMessages(
  tx: EntityManager,
  news: readonly (MessageNews & { message: { messageId: string } })[],
): Promise<void> {
  const ids = news.map(({ message }) => message.messageId);
  await update(tx, news, sql`${ids}::uuid[]`, sql`message_id`, sql`m.id = n.message_id`);
}

export async function updateAttempts(
  tx: EntityManager,
  news: readonly (MessageNews & { message: { recipientId: string; attempt: number } })[],
): Promise<void> {
  const recipients = news.map(({ message }) => message.recipientId);
  const attempts = news.map(({ message }) => message.attempt);
  await update(
    tx,
    news,
    sql`${recipients}::uuid[], ${attempts}::smallint[]`,
    sql`recipient_id, attempt`,
    sql`m.recipient_id = n.recipient_id AND m.attempt = n.attempt`,
  );
}

const FOUND = sql`m.id AS "messageId", m.organization_id AS "organizationId", m.sender_id AS "senderId", m.direction,
  m.purpose, m.whatsapp_message_id AS wamid, m.recipient_id AS "recipientId", m.attempt,
  m.campaign_id AS "campaignId", m.status, m.phone_number AS "phoneNumber",
  (SELECT u.whatsapp_user_id FROM user_profiles u
    WHERE u.whatsapp_phone = m.phone_number AND u.organization_id IS NOT DISTINCT FROM m.organization_id)
    AS "knownUserId"`;

export async function findByWamid(db: EntityManager, wamids: readonly string[]): Promise<FoundAttempt[]> {
  return rowsOf(
    db,
    sql`SELECT ${FOUND} FROM whatsapp_messages m WHERE m.whatsapp_message_id = ANY(${wamids}::text[])`,
  );
}

/** Without an attempt number the recipient's latest attempt is meant. */
export async function findByRef(
  db: EntityManager,
  refs: readonly { recipientId: string; attempt: number | null }[],
): Promise<FoundAttempt[]> {
  return rowsOf(
    db,
    sql`SELECT DISTINCT ON (m.id) ${FOUND}
          FROM unnest(${refs.map(({ recipientId }) => recipientId)}::uuid[], ${refs.map(({ attempt }) => attempt)}::smallint[])
            AS ref (recipient_id, attempt)
         CROSS JOIN LATERAL (
           SELECT * FROM whatsapp_messages found
            WHERE found.recipient_id = ref.recipient_id AND found.attempt = coalesce(ref.attempt, found.attempt)
            ORDER BY found.attempt DESC LIMIT 1) AS m`,
  );
}

/** Which of these numbers the organization has ever sent a message to. */
export async function numbersWrittenTo(
  db: EntityManager,
  organizationId: string,
  phones: readonly string[],
): Promise<string[]> {
  const rows = await rowsOf<{ phone: string }>(
    db,
    sql`SELECT asked.phone FROM unnest(${phones}::text[]) AS asked (phone)
         WHERE EXISTS (SELECT FROM whatsapp_messages m
                        WHERE m.organization_id = ${organizationId} AND m.phone_number = asked.phone
                          AND m.direction = 'out')`,
  );
  return rows.map(({ phone }) => phone);
}

export async function attemptsOf(db: EntityManager, recipientIds: readonly string[]): Promise<PastAttempt[]> {
  return rowsOf(
    db,
    sql`SELECT recipient_id AS "recipientId", attempt, status, whatsapp_message_id AS wamid,
               accepted_at AS "acceptedAt", sent_at AS "sentAt", error_code AS "errorCode", http_status AS "httpStatus"
          FROM whatsapp_messages WHERE recipient_id = ANY(${recipientIds}::uuid[]) ORDER BY recipient_id, attempt`,
  );
}
