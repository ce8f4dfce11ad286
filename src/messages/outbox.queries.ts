import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../platform/database/sql.js';
import type { MessagePurpose } from './message-state.js';

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
