import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../../platform/database/sql.js';

export interface InboundRow {
  id: string;
  organizationId: string;
  /** Null: the number it was sent to is not connected here. */
  senderId: string | null;
  phoneNumber: string | null;
  whatsappUserId: string | null;
  customerId: string | null;
  /** Meta's word. */
  type: string;
  content: Record<string, unknown>;
  wamid: string;
  contextMessageId: string | null;
  at: Date;
}

/** Returns the ids of those that are new. Always in the same order, so that two workers with the same repeated events cannot deadlock. */
export async function insertInbound(tx: EntityManager, rows: readonly InboundRow[]): Promise<string[]> {
  const stored = await rowsOf<{ id: string }>(
    tx,
    sql`INSERT INTO whatsapp_messages
          (id, organization_id, sender_id, direction, purpose, phone_number, whatsapp_user_id, customer_id, type,
           content, status, whatsapp_message_id, context_message_id, created_at)
        SELECT id, organization_id, sender_id, 'in', 'chat', phone_number, user_id, customer_id, type, content,
               'received', wamid, context_id, at
          FROM unnest(${rows.map(({ id }) => id)}::uuid[],
                      ${rows.map(({ organizationId }) => organizationId)}::uuid[],
                      ${rows.map(({ senderId }) => senderId)}::uuid[],
                      ${rows.map(({ phoneNumber }) => phoneNumber)}::text[],
                      ${rows.map(({ whatsappUserId }) => whatsappUserId)}::text[],
                      ${rows.map(({ customerId }) => customerId)}::uuid[],
                      ${rows.map(({ type }) => type)}::text[],
                      ${rows.map(({ content }) => JSON.stringify(content))}::jsonb[],
                      ${rows.map(({ wamid }) => wamid)}::text[],
                      ${rows.map(({ contextMessageId }) => contextMessageId)}::text[],
                      ${rows.map(({ at }) => at)}::timestamptz[])
            AS message (id, organization_id, sender_id, phone_number, user_id, customer_id, type, content, wamid,
                        context_id, at)
         ORDER BY wamid
        ON CONFLICT (whatsapp_message_id) WHERE whatsapp_message_id IS NOT NULL DO NOTHING
        RETURNING id`,
  );
  return stored.map(({ id }) => id);
}

export interface Asked {
  /** The reply this candidate belongs to: one for every spelling of the number. */
  question: number;
  organizationId: string;
  senderId: string;
  phone: string;
  /** The message lies between these. */
  from: Date;
  to: Date;
}

/** The latest campaign message to each that Meta did not refuse. */
export async function latestCampaignMessages(
  db: EntityManager,
  asked: readonly Asked[],
): Promise<{ question: number; recipientId: string; attempt: number; campaignId: string | null }[]> {
  return rowsOf(
    db,
    sql`SELECT DISTINCT ON (asked.question) asked.question, found.recipient_id AS "recipientId", found.attempt,
               found.campaign_id AS "campaignId"
          FROM unnest(${asked.map(({ question }) => question)}::int[],
                      ${asked.map(({ organizationId }) => organizationId)}::uuid[],
                      ${asked.map(({ senderId }) => senderId)}::uuid[], ${asked.map(({ phone }) => phone)}::text[],
                      ${asked.map(({ from }) => from)}::timestamptz[], ${asked.map(({ to }) => to)}::timestamptz[])
                 AS asked (question, organization_id, sender_id, phone, starts, ends)
         CROSS JOIN LATERAL (
           SELECT id, recipient_id, attempt, campaign_id FROM whatsapp_messages
            WHERE organization_id = asked.organization_id AND phone_number = asked.phone
              AND sender_id = asked.sender_id AND direction = 'out' AND recipient_id IS NOT NULL
              AND status <> 'failed' AND created_at BETWEEN asked.starts AND asked.ends
            ORDER BY id DESC LIMIT 1) AS found
         ORDER BY asked.question, found.id DESC`,
  );
}
