import type pg from 'pg';
import { createCampaign } from './recipients.ts';
import type { Api } from './api.ts';

/** A campaign whose messages Meta has accepted, as the engine leaves it, with the ids of status-body.ts. */
export async function createSentCampaign(client: pg.ClientBase, api: Api, rows: number): Promise<string> {
  const id = await createCampaign(api);
  const numbers = `SELECT i, ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid AS recipient,
                          '+9198' || lpad(i::text, 8, '0') AS phone,
                          'wamid.BENCH' || lpad(i::text, 12, '0') AS wamid
                     FROM generate_series(0, $2::int - 1) AS i`;
  await client.query(
    `INSERT INTO campaign_recipients
       (id, campaign_id, phone_number, status, scheduled_send_date, slice_id, whatsapp_message_id, attempts,
        attempted_at, sent_at, created_at, updated_at)
     SELECT recipient, $1, phone, 'sent', current_date, $1, wamid, 1, now(), now(), now(), now()
       FROM (${numbers}) AS n`,
    [id, rows],
  );
  await client.query(
    `INSERT INTO whatsapp_messages
       (organization_id, sender_id, direction, purpose, phone_number, campaign_id, recipient_id, attempt, type,
        template_name, category, status, whatsapp_message_id, created_at, accepted_at)
     SELECT c.organization_id, c.sender_id, 'out', 'campaign', phone, c.id, recipient, 1, 'template',
            c.template_name, 'MARKETING', 'accepted', wamid, now(), now()
       FROM (${numbers}) AS n, marketing_campaigns c WHERE c.id = $1 ORDER BY i`,
    [id, rows],
  );
  await client.query(`UPDATE marketing_campaigns SET status = 'completed' WHERE id = $1`, [id]);
  await client.query('VACUUM (ANALYZE) campaign_recipients, whatsapp_messages');
  await client.query('CHECKPOINT');
  return id;
}
