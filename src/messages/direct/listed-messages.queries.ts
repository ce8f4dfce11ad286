import type { EntityManager } from 'typeorm';
import { and, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { MessagePurpose } from '../log/message-state.js';
import type { WaitReason } from '../outbox/wait-reason.js';
import type { MessageStatus } from './message-status.js';

export interface ListedMessage {
  id: string;
  purpose: MessagePurpose;
  status: MessageStatus;
  senderId: string | null;
  phoneNumber: string | null;
  whatsappUserId: string | null;
  customerId: string | null;
  campaignId: string | null;
  type: string;
  templateName: string | null;
  category: string | null;
  attempts: number;
  whatsappMessageId: string | null;
  waitReason: WaitReason | null;
  skipReason: string | null;
  dueAt: Date | null;
  expiresAt: Date | null;
  createdAt: Date;
  acceptedAt: Date | null;
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
  failedAt: Date | null;
  errorCode: number | null;
  errorTitle: string | null;
  errorDetails: string | null;
  fbtraceId: string | null;
}

export interface MessageFilter {
  organizationId: string;
  id?: string;
  purpose?: MessagePurpose;
  status?: MessageStatus;
  /** A customer: by id, and by every spelling of the number, which finds messages from before the profile. */
  person?: { customerId: string; numbers: readonly string[]; userId: string | null };
}

export interface MessagePlace {
  before: string | undefined;
  limit: number;
  offset: number;
}

/** The outbox decides until the message has gone, then the log. */
const LOGGED_STATUS = sql`CASE WHEN o.state = 'waiting' THEN 'queued' WHEN o.state IN ('expired', 'skipped') THEN o.state
                               WHEN m.status = 'unknown' THEN 'in_doubt' ELSE m.status END`;
const UNLOGGED_STATUS = sql`CASE WHEN o.state = 'waiting' THEN 'queued' ELSE o.state END`;

const LOGGED = sql`
  m.id, m.purpose, ${LOGGED_STATUS} AS status, m.sender_id AS "senderId", m.phone_number AS "phoneNumber",
  m.whatsapp_user_id AS "whatsappUserId", m.customer_id AS "customerId", m.campaign_id AS "campaignId", m.type,
  m.template_name AS "templateName", m.category, coalesce(o.attempts, m.attempt, 1)::int AS attempts,
  m.whatsapp_message_id AS "whatsappMessageId", o.wait_reason AS "waitReason", o.skip_reason AS "skipReason",
  CASE WHEN o.state = 'waiting' THEN o.due_at END AS "dueAt", o.expires_at AS "expiresAt",
  coalesce(o.created_at, m.created_at) AS "createdAt", m.accepted_at AS "acceptedAt", m.sent_at AS "sentAt",
  m.delivered_at AS "deliveredAt", m.read_at AS "readAt", m.failed_at AS "failedAt", m.error_code AS "errorCode",
  m.error_title AS "errorTitle", m.error_details AS "errorDetails", m.fbtrace_id AS "fbtraceId"`;

const UNLOGGED = sql`
  o.id, o.purpose, ${UNLOGGED_STATUS}, o.sender_id, o.phone_number, o.whatsapp_user_id, o.customer_id, NULL::uuid,
  coalesce(o.payload->>'type', 'unknown'), o.payload->'template'->>'name', o.category, o.attempts::int, NULL::text,
  o.wait_reason, o.skip_reason, CASE WHEN o.state = 'waiting' THEN o.due_at END, o.expires_at, o.created_at,
  NULL::timestamptz, NULL::timestamptz, NULL::timestamptz, NULL::timestamptz, NULL::timestamptz, NULL::int,
  NULL::text, NULL::text, NULL::text`;

function matches(row: Sql, status: Sql, filter: MessageFilter, before: string | undefined): Sql {
  const { organizationId, id, purpose, person } = filter;
  return and([
    sql`${row}.organization_id = ${organizationId}`,
    ...(id === undefined ? [] : [sql`${row}.id = ${id}`]),
    ...(before === undefined ? [] : [sql`${row}.id < ${before}`]),
    ...(purpose === undefined ? [] : [sql`${row}.purpose = ${purpose}`]),
    ...(filter.status === undefined ? [] : [sql`${status} = ${filter.status}`]),
    ...(person === undefined
      ? []
      : [
          sql`(${row}.phone_number = ANY(${person.numbers}::text[])
               OR (${row}.phone_number IS NULL AND ${row}.whatsapp_user_id = ${person.userId}))`,
        ]),
  ]);
}

/** Messages outside campaigns have an index by purpose. */
const isOutside = ({ purpose }: MessageFilter): Sql =>
  purpose === undefined || purpose === 'campaign' ? sql`true` : sql`m.recipient_id IS NULL`;

const logged = (filter: MessageFilter, before?: string): Sql =>
  sql`FROM whatsapp_messages m LEFT JOIN message_outbox o ON o.id = m.id
       WHERE m.direction = 'out' AND ${isOutside(filter)} AND ${matches(sql`m`, LOGGED_STATUS, filter, before)}`;

const unlogged = (filter: MessageFilter, before?: string): Sql =>
  sql`FROM message_outbox o
       WHERE o.state <> 'done' AND NOT EXISTS (SELECT FROM whatsapp_messages m WHERE m.id = o.id)
         AND ${matches(sql`o`, UNLOGGED_STATUS, filter, before)}`;

/** Newest first. What waits is in the outbox alone; what has gone, or was tried, is in the log. */
export async function listMessages(
  db: EntityManager,
  filter: MessageFilter,
  { before, limit, offset }: MessagePlace,
): Promise<ListedMessage[]> {
  const enough = limit + offset;
  return rowsOf(
    db,
    sql`(SELECT ${LOGGED} ${logged(filter, before)} ORDER BY m.id DESC LIMIT ${enough})
        UNION ALL
        (SELECT ${UNLOGGED} ${unlogged(filter, before)} ORDER BY o.id DESC LIMIT ${enough})
        ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countMessages(db: EntityManager, filter: MessageFilter): Promise<number> {
  const row = await firstOf<{ total: number }>(
    db,
    sql`SELECT ((SELECT count(*) ${logged(filter)}) + (SELECT count(*) ${unlogged(filter)}))::int AS total`,
  );
  return row?.total ?? 0;
}

/** Of any message, also one that came in. */
export async function wamidOf(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<{ wamid: string | null } | undefined> {
  return firstOf(
    db,
    sql`SELECT whatsapp_message_id AS wamid FROM whatsapp_messages
         WHERE organization_id = ${organizationId} AND id = ${id}
        UNION ALL
        SELECT NULL FROM message_outbox WHERE organization_id = ${organizationId} AND id = ${id} LIMIT 1`,
  );
}
