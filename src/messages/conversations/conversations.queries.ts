import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';

export interface InboundNote {
  organizationId: string;
  senderId: string;
  contact: string;
  customerId: string | null;
  at: Date;
}

/**
 * One statement for many messages, several of them perhaps from one person. Messages arrive late and repeatedly, so
 * the time only moves forward; a repeat writes nothing.
 */
export async function noteInbound(tx: EntityManager, notes: readonly InboundNote[]): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO whatsapp_conversations AS known
          (organization_id, sender_id, contact, customer_id, last_inbound_at)
        SELECT DISTINCT ON (sender_id, contact) organization_id, sender_id, contact, customer_id, at
          FROM unnest(${notes.map(({ organizationId }) => organizationId)}::uuid[],
                      ${notes.map(({ senderId }) => senderId)}::uuid[],
                      ${notes.map(({ contact }) => contact)}::text[],
                      ${notes.map(({ customerId }) => customerId)}::uuid[],
                      ${notes.map(({ at }) => at)}::timestamptz[])
            AS note (organization_id, sender_id, contact, customer_id, at)
         ORDER BY sender_id, contact, at DESC
        ON CONFLICT (sender_id, contact) DO UPDATE
          SET last_inbound_at = excluded.last_inbound_at,
              customer_id = coalesce(excluded.customer_id, known.customer_id)
        WHERE excluded.last_inbound_at > known.last_inbound_at`,
  );
}

/** The contacts that have written to the number since then. */
export async function contactsSince(
  db: EntityManager,
  senderId: string,
  contacts: readonly string[],
  since: Date,
): Promise<string[]> {
  const rows = await rowsOf<{ contact: string }>(
    db,
    sql`SELECT contact FROM whatsapp_conversations
         WHERE sender_id = ${senderId} AND contact = ANY(${contacts}) AND last_inbound_at > ${since}`,
  );
  return rows.map(({ contact }) => contact);
}

export async function lastInboundOf(
  db: EntityManager,
  organizationId: string,
  customerId: string,
): Promise<Date | null> {
  const row = await firstOf<{ at: Date | null }>(
    db,
    sql`SELECT max(last_inbound_at) AS at FROM whatsapp_conversations
         WHERE organization_id = ${organizationId} AND customer_id = ${customerId}`,
  );
  return row?.at ?? null;
}

export async function lastInboundAmong(
  db: EntityManager,
  senderId: string,
  contacts: readonly string[],
): Promise<Date | null> {
  const row = await firstOf<{ at: Date | null }>(
    db,
    sql`SELECT max(last_inbound_at) AS at FROM whatsapp_conversations
         WHERE sender_id = ${senderId} AND contact = ANY(${contacts})`,
  );
  return row?.at ?? null;
}
