import type { EntityManager } from 'typeorm';
import { firstOf, rowsOf, sql } from '../../platform/database/sql.js';

export interface NewOrderMessage {
  orderId: string;
  event: string;
  dedupeKey: string;
  notSentReason: string | null;
}

/** Returns the keys that are new. */
export async function insertMessages(
  tx: EntityManager,
  organizationId: string,
  messages: readonly NewOrderMessage[],
  at: Date,
): Promise<void> {
  if (messages.length === 0) return;
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_order_messages (organization_id, order_id, event, dedupe_key, not_sent_reason, at)
        SELECT ${organizationId}::uuid, n."orderId", n.event, n."dedupeKey", n."notSentReason", ${at}::timestamptz
          FROM json_to_recordset(${JSON.stringify(messages)}::json)
               AS n ("orderId" uuid, event text, "dedupeKey" text, "notSentReason" text)
            ON CONFLICT (organization_id, dedupe_key) DO NOTHING`,
  );
}

/** Of these people, those who are customers: by their ids, and by the numbers and user ids that profiles have now. */
export async function customersAmong(
  db: EntityManager,
  organizationId: string,
  { ids, contacts }: { ids: readonly string[]; contacts: readonly string[] },
): Promise<Set<string>> {
  const rows = await rowsOf<{ known: (string | null)[] }>(
    db,
    sql`SELECT ARRAY[id::text, whatsapp_phone, whatsapp_user_id] AS known FROM user_profiles
         WHERE organization_id = ${organizationId} AND id = ANY(${ids}::uuid[])
         UNION ALL
        SELECT ARRAY[id::text, whatsapp_phone, whatsapp_user_id] FROM user_profiles
         WHERE organization_id IS NOT DISTINCT FROM ${organizationId} AND whatsapp_phone = ANY(${contacts}::text[])
         UNION ALL
        SELECT ARRAY[id::text, whatsapp_phone, whatsapp_user_id] FROM user_profiles
         WHERE organization_id IS NOT DISTINCT FROM ${organizationId} AND whatsapp_user_id = ANY(${contacts}::text[])`,
  );
  return new Set(rows.flatMap(({ known }) => known.filter((one) => one !== null)));
}

/** When people last wrote to numbers of ours. */
export async function lastInbound(
  db: EntityManager,
  organizationId: string,
  asked: readonly { senderId: string; contact: string }[],
): Promise<{ senderId: string; contact: string; at: Date }[]> {
  if (asked.length === 0) return [];
  return rowsOf(
    db,
    sql`SELECT c.sender_id AS "senderId", c.contact, c.last_inbound_at AS at
          FROM unnest(${asked.map(({ senderId }) => senderId)}::uuid[], ${asked.map(({ contact }) => contact)}::text[])
               AS n (sender_id, contact)
               JOIN whatsapp_conversations c ON c.sender_id = n.sender_id AND c.contact = n.contact
         WHERE c.organization_id = ${organizationId}`,
  );
}

export interface KnownSender {
  id: string;
  isDefault: boolean;
}

/** The first of these that still exists, else the default one. */
export function firstSender(
  known: readonly KnownSender[],
  ...wanted: readonly (string | null | undefined)[]
): string | null {
  const found = wanted.find((id) => known.some((one) => one.id === id));
  return found ?? known.find(({ isDefault }) => isDefault)?.id ?? null;
}

/** The senders among these that still exist, and the default one. */
export async function sendersFor(
  db: EntityManager,
  organizationId: string,
  ids: readonly string[],
): Promise<KnownSender[]> {
  return rowsOf(
    db,
    sql`SELECT id, is_default AS "isDefault" FROM senders
         WHERE organization_id = ${organizationId} AND (is_default OR id = ANY(${ids}::uuid[]))`,
  );
}

/** The abandoned carts of these people that may have been reminded of, locked together and by id. */
export async function lockAbandonedCarts(
  tx: EntityManager,
  organizationId: string,
  {
    customerIds,
    phones,
    userIds,
  }: { customerIds: readonly string[]; phones: readonly string[]; userIds: readonly string[] },
): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`SELECT id FROM whatsapp_carts
         WHERE organization_id = ${organizationId} AND status = 'abandoned'
           AND (customer_id = ANY(${customerIds}::uuid[]) OR phone_number = ANY(${phones}::text[])
                OR whatsapp_user_id = ANY(${userIds}::text[]))
         ORDER BY id FOR NO KEY UPDATE`,
  );
  return rows.map(({ id }) => id);
}

export interface NoticeTemplate {
  components: unknown;
  parameterFormat: string;
}

/** A template that may be sent from the sender now. */
export async function usableTemplate(
  db: EntityManager,
  organizationId: string,
  { name, language, senderId }: { name: string; language: string; senderId: string },
): Promise<NoticeTemplate | undefined> {
  return firstOf(
    db,
    sql`SELECT t.components, t.parameter_format AS "parameterFormat"
          FROM whatsapp_templates t JOIN senders s ON s.business_account_id = t.business_account_id
         WHERE t.organization_id = ${organizationId} AND s.organization_id = ${organizationId} AND s.id = ${senderId}
           AND t.name = ${name} AND t.language = ${language} AND t.status = 'APPROVED' AND t.category = 'UTILITY'`,
  );
}

/** The page of an order inside WhatsApp. */
export interface OrderPage {
  orderId: string;
  reference: string;
  /** A payment is on its way, or has come. */
  hasMoney: boolean;
}

/** Of these orders, those whose last request for money inside WhatsApp was accepted by Meta. */
export async function orderPages(
  db: EntityManager,
  organizationId: string,
  orderIds: readonly string[],
): Promise<OrderPage[]> {
  return rowsOf(
    db,
    sql`SELECT DISTINCT ON (p.order_id) p.order_id AS "orderId", p.reference,
               EXISTS (SELECT FROM whatsapp_payments o
                        WHERE o.organization_id = p.organization_id AND o.order_id = p.order_id
                          AND o.provider = 'whatsapp' AND o.state IN ('pending', 'captured')) AS "hasMoney"
          FROM whatsapp_payments p JOIN whatsapp_messages m ON m.id = p.message_id
         WHERE p.organization_id = ${organizationId} AND p.order_id = ANY(${orderIds}::uuid[])
           AND p.provider = 'whatsapp' AND m.status IN ('accepted', 'sent', 'delivered', 'read')
         ORDER BY p.order_id, p.attempt DESC`,
  );
}
