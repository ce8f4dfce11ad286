import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { firstOf, rowsOf, sql } from '../../src/platform/database/sql.js';

export interface SentTo {
  campaignId: string;
  recipientId: string;
  phone: string;
  wamid: string | null;
}

export interface SendingShop {
  organizationId: string;
  senderId: string;
}

/** An organization and its first sender. */
export async function shopOf(db: EntityManager, phoneNumberId: string): Promise<SendingShop> {
  const shop = await firstOf<SendingShop>(
    db,
    sql`SELECT id AS "senderId", organization_id AS "organizationId" FROM senders
         WHERE phone_number_id = ${phoneNumberId}`,
  );
  if (shop === undefined) throw new Error('no such sender');
  return shop;
}

/** A running campaign, made by SQL: its message and its plan do not matter to these tests. */
export async function runningCampaign(
  db: EntityManager,
  { organizationId, senderId }: SendingShop,
  { at, template = 'spring_sale', language = 'en_US' }: { at: Date; template?: string; language?: string },
): Promise<string> {
  const row = await firstOf<{ id: string }>(
    db,
    sql`INSERT INTO marketing_campaigns (organization_id, sender_id, name, template_name, language_code, status,
                                         send_window_off, status_changed_at, started_at, created_at, updated_at)
        VALUES (${organizationId}, ${senderId}, 'Spring', ${template}, ${language}, 'active', true, ${at}, ${at},
                ${at}, ${at})
        RETURNING id`,
  );
  return row?.id ?? '';
}

/** A recipient it has sent to. Without a wamid the outcome is still unknown. */
export async function sentTo(
  db: EntityManager,
  shop: SendingShop,
  campaignId: string,
  { phone, wamid, at }: { phone: string; wamid: string | null; at: Date },
): Promise<SentTo> {
  const status = wamid === null ? 'sending' : 'sent';
  const recipientId = randomUUID();
  await rowsOf(
    db,
    sql`INSERT INTO campaign_recipients (id, campaign_id, phone_number, status, slice_id, whatsapp_message_id, sent_at,
                                         attempts, attempted_at, created_at, updated_at)
        VALUES (${recipientId}, ${campaignId}, ${phone}, ${status}, ${randomUUID()}, ${wamid},
                ${wamid === null ? null : at}, 1, ${at}, ${at}, ${at})`,
  );
  await rowsOf(
    db,
    sql`INSERT INTO whatsapp_messages (organization_id, sender_id, direction, purpose, phone_number, campaign_id,
                                       recipient_id, attempt, type, status, whatsapp_message_id, created_at,
                                       accepted_at)
        VALUES (${shop.organizationId}, ${shop.senderId}, 'out', 'campaign', ${phone}, ${campaignId}, ${recipientId}, 1,
                'template', ${wamid === null ? 'sending' : 'accepted'}, ${wamid}, ${at}, ${wamid === null ? null : at})`,
  );
  return { campaignId, recipientId, phone, wamid };
}

export interface RecipientNow {
  status: string;
  wamid: string | null;
  reply: string | null;
  replied: Date | null;
  clicked: Date | null;
  code: number | null;
}

export async function recipientNow(db: EntityManager, { recipientId }: SentTo): Promise<RecipientNow> {
  const row = await firstOf<RecipientNow>(
    db,
    sql`SELECT status, whatsapp_message_id AS wamid, response_message AS reply, responded_at AS replied,
               clicked_at AS clicked, error_code AS code FROM campaign_recipients WHERE id = ${recipientId}`,
  );
  if (row === undefined) throw new Error('the recipient is gone');
  return row;
}
