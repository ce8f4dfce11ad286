import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { MessagePurpose } from '../log/message-state.js';

export interface NewOutboxMessage {
  organizationId: string;
  senderId: string;
  purpose: MessagePurpose;
  /** What makes it the same message: said twice, it is sent once. */
  dedupeKey: string;
  /** E.164; null: the person is known by user id only. */
  phoneNumber: string | null;
  whatsappUserId: string | null;
  customerId: string | null;
  /** For Graph; the callback data is added when it is sent. */
  payload: Readonly<Record<string, unknown>>;
  expiresAt: Date;
}

export async function insertOnce(
  tx: EntityManager,
  id: string,
  message: NewOutboxMessage,
  now: Date,
): Promise<boolean> {
  const rows = await rowsOf(
    tx,
    sql`INSERT INTO message_outbox
          (id, organization_id, sender_id, purpose, dedupe_key, phone_number, whatsapp_user_id, customer_id, payload,
           due_at, expires_at, created_at)
        VALUES (${id}, ${message.organizationId}, ${message.senderId}, ${message.purpose}, ${message.dedupeKey},
                ${message.phoneNumber}, ${message.whatsappUserId}, ${message.customerId},
                ${JSON.stringify(message.payload)}::jsonb, ${now}, ${message.expiresAt}, ${now})
        ON CONFLICT (organization_id, dedupe_key) DO NOTHING
        RETURNING id`,
  );
  return rows.length > 0;
}

export async function ownersOf(
  db: EntityManager,
  ids: readonly string[],
): Promise<{ id: string; organizationId: string }[]> {
  return rowsOf(
    db,
    sql`SELECT id, organization_id AS "organizationId" FROM whatsapp_messages
         WHERE id = ANY(${ids}::uuid[]) AND direction = 'out'`,
  );
}

export interface ClaimedMessage {
  id: string;
  organizationId: string;
  senderId: string;
  purpose: MessagePurpose;
  phoneNumber: string | null;
  whatsappUserId: string | null;
  customerId: string | null;
  payload: Record<string, unknown>;
  /** This one included. */
  attempts: number;
}

export async function hasWork(db: EntityManager, now: Date): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`SELECT 1 FROM message_outbox WHERE state IN ('waiting', 'sending') AND due_at <= ${now} LIMIT 1`,
  );
  return row !== undefined;
}

/** What is too late, whether or not its sender may send. */
export async function expire(tx: EntityManager, now: Date): Promise<number> {
  return execute(
    tx,
    sql`UPDATE message_outbox SET state = 'expired'
         WHERE id IN (SELECT id FROM message_outbox
                       WHERE state = 'waiting' AND due_at <= ${now} AND expires_at <= ${now}
                         FOR UPDATE SKIP LOCKED)`,
  );
}

/** Out of the way until then, so that the messages of a sender that may not send are not looked at all the time. */
export async function putOff(tx: EntityManager, now: Date, until: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE message_outbox SET due_at = least(${until}, expires_at)
         WHERE id IN (SELECT o.id FROM message_outbox o JOIN senders s ON s.id = o.sender_id
                              LEFT JOIN sender_pace p ON p.sender_id = s.id
                       WHERE o.state = 'waiting' AND o.due_at <= ${now}
                         AND (s.status <> 'active' OR p.held_until > ${now})
                         FOR UPDATE OF o SKIP LOCKED)`,
  );
}

/** Any number of workers share the work; each message is claimed by one of them. */
export async function claimDue(tx: EntityManager, now: Date, limit: number): Promise<ClaimedMessage[]> {
  return rowsOf(
    tx,
    sql`UPDATE message_outbox SET state = 'sending', attempts = attempts + 1, due_at = ${now}
         WHERE id IN (SELECT o.id FROM message_outbox o JOIN senders s ON s.id = o.sender_id
                              LEFT JOIN sender_pace p ON p.sender_id = s.id
                       WHERE o.state = 'waiting' AND o.due_at <= ${now} AND o.expires_at > ${now}
                         AND s.status = 'active' AND (p.held_until IS NULL OR p.held_until <= ${now})
                       ORDER BY o.due_at LIMIT ${limit} FOR UPDATE OF o SKIP LOCKED)
        RETURNING id, organization_id AS "organizationId", sender_id AS "senderId", purpose,
                  phone_number AS "phoneNumber", whatsapp_user_id AS "whatsappUserId", customer_id AS "customerId",
                  payload, attempts`,
  );
}

/** The attempt that Meta refused gives way to the next one of the same message. */
export async function forgetRefused(tx: EntityManager, ids: readonly string[]): Promise<void> {
  await execute(tx, sql`DELETE FROM whatsapp_messages WHERE id = ANY(${ids}::uuid[]) AND status = 'failed'`);
}

export interface OutboxOutcome {
  id: string;
  state: 'done' | 'failed' | 'waiting';
  dueAt: Date;
}

/** What was given up meanwhile may still turn out to be done, but does not wait again. */
export async function settle(tx: EntityManager, { id, state, dueAt }: OutboxOutcome): Promise<void> {
  await execute(
    tx,
    sql`UPDATE message_outbox SET state = ${state}, due_at = ${dueAt}
         WHERE id = ${id} AND (state = 'sending' OR (state = 'failed' AND ${state} = 'done'))`,
  );
}

/** Of a process that died between the claim and the answer: nobody knows whether it went, so it never goes again. */
export async function giveUpSince(tx: EntityManager, claimedBefore: Date): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`UPDATE message_outbox SET state = 'failed'
         WHERE id IN (SELECT id FROM message_outbox WHERE state = 'sending' AND due_at < ${claimedBefore}
                         FOR UPDATE SKIP LOCKED)
        RETURNING id`,
  );
  return rows.map(({ id }) => id);
}
