import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { firstOf, sql } from '../../../src/platform/database/sql.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import {
  recipientNow,
  runningCampaign,
  type SendingShop,
  sentTo,
  type SentTo,
  shopOf,
} from '../../support/sent-campaign.js';
import { messaging, PHONE_NUMBER_ID, status, WEBHOOK_ENV } from '../../support/signed-webhooks.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';

const AT = new Date('2026-03-01T12:00:00Z');
const SECONDS = AT.getTime() / 1_000;

let meta: TestMeta;
let app: TestApp;
let shop: SendingShop;
let campaignId: string;
const db = () => app.app.get(Database).manager;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...WEBHOOK_ENV, WHATSAPP_API_URL: meta.url, CLOCK: AT.toISOString() } });
  shop = await shopOf(db(), PHONE_NUMBER_ID);
  campaignId = await runningCampaign(db(), shop, { at: AT });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

let next = 1;
const somebody = (isConfirmed = true): Promise<SentTo> => {
  const phone = `+4915100${String(next++).padStart(6, '0')}`;
  return sentTo(db(), shop, campaignId, { phone, wamid: isConfirmed ? `wamid.out.${next++}` : null, at: AT });
};
const says = (wamid: string | null, word: string, more: object = {}): object =>
  status(wamid ?? '', word, { timestamp: String(SECONDS + 10), ...more });
const tell = (...statuses: object[]) => tellWebhook(app, messaging({ statuses }));
const unknownCount = async (): Promise<number> => {
  const { body } = await app.api.get<string>('/metrics');
  return Number(/^drumbeat_webhook_unknown_statuses_total (\d+)/m.exec(body)?.[1]);
};

describe('a status of a campaign message', () => {
  it('moves its recipient, even when it arrives twice or late', async () => {
    const ana = await somebody();
    await tell(says(ana.wamid, 'read'), says(ana.wamid, 'delivered'), says(ana.wamid, 'read'));
    expect(await recipientNow(db(), ana)).toMatchObject({ status: 'read' });
    await tell(says(ana.wamid, 'sent'), says(ana.wamid, 'delivered'));
    expect(await recipientNow(db(), ana)).toMatchObject({ status: 'read' });
  });

  it('finds its message by callback data when the answer is not recorded yet, and adds its id', async () => {
    const ben = await somebody(false);
    const wamid = `wamid.early.${next++}`;
    await tell(says(wamid, 'sent', { biz_opaque_callback_data: `${ben.recipientId}:1` }));
    expect(await recipientNow(db(), ben)).toMatchObject({ status: 'sent', wamid });
    await tell(says(wamid, 'delivered'));
    expect(await recipientNow(db(), ben)).toMatchObject({ status: 'delivered' });
  });

  it('matches callback data without an attempt to the latest attempt', async () => {
    const cem = await somebody(false);
    await tell(says(`wamid.early.${next++}`, 'delivered', { biz_opaque_callback_data: cem.recipientId }));
    expect(await recipientNow(db(), cem)).toMatchObject({ status: 'delivered' });
  });

  it('records a failure with its code, and the price', async () => {
    const dee = await somebody();
    const errors = [{ code: 131_047, title: 'Re-engagement message' }];
    const pricing = { billable: true, category: 'marketing', type: 'regular', pricing_model: 'PMP' };
    await tell(says(dee.wamid, 'failed', { errors }));
    expect(await recipientNow(db(), dee)).toMatchObject({ status: 'failed', code: 131_047 });
    const eli = await somebody();
    await tell(says(eli.wamid, 'delivered', { pricing }));
    expect(
      await firstOf(
        db(),
        sql`SELECT pricing_category, pricing_type, is_billable FROM whatsapp_messages
             WHERE recipient_id = ${eli.recipientId}`,
      ),
    ).toEqual({ pricing_category: 'marketing', pricing_type: 'regular', is_billable: true });
  });

  it('does not touch the message of another organization, however it names it', async () => {
    const fay = await somebody();
    const gus = await somebody(false);
    const intruder = await newOrganization(app.api);
    const about = { phoneNumberId: '600200', businessAccountId: '601' };
    const wanted = { name: 'x', accessToken: 't', appSecret: 'theirs', ...about };
    meta.knows('t', about);
    await intruder.api.post('/api/whatsapp/senders', wanted);
    const statuses = [
      says(fay.wamid, 'failed', { errors: [{ code: 131_050 }] }),
      says('wamid.forged', 'read', { biz_opaque_callback_data: `${gus.recipientId}:1` }),
    ];
    const before = await unknownCount();
    expect(await tellWebhook(app, messaging({ statuses }, about), 'theirs')).toMatchObject({
      status: 'processed',
    });
    expect(await recipientNow(db(), fay)).toMatchObject({ status: 'sent' });
    expect(await recipientNow(db(), gus)).toMatchObject({ status: 'sending', wamid: null });
    expect(await unknownCount()).toBe(before + 2);
  });

  it('of a message that was not sent here is counted and done', async () => {
    const before = await unknownCount();
    const callback = { biz_opaque_callback_data: `message:${uuidV7()}` };
    expect(await tell(says('wamid.unknown', 'read'), says('wamid.none', 'read', callback))).toMatchObject({
      status: 'processed',
    });
    expect(await unknownCount()).toBe(before + 2);
  });
});

describe('a status of a message outside campaigns', () => {
  const single = async (wamid: string | null): Promise<{ id: string; now: () => Promise<any> }> => {
    const row = await firstOf<{ id: string }>(
      db(),
      sql`INSERT INTO whatsapp_messages (organization_id, sender_id, direction, purpose, phone_number, type, status,
                                         whatsapp_message_id, created_at)
          VALUES (${shop.organizationId}, ${shop.senderId}, 'out', 'product', '+491510000', 'text', 'unknown', ${wamid},
                  ${AT})
          RETURNING id`,
    );
    const id = row?.id ?? '';
    const now = () =>
      firstOf(
        db(),
        sql`SELECT status, whatsapp_message_id AS wamid, error_code AS code FROM whatsapp_messages WHERE id = ${id}`,
      );
    return { id, now };
  };

  it('finds its message by the id from Meta or by ours', async () => {
    const [known, unknown] = [await single('wamid.single.1'), await single(null)];
    await tell(
      says('wamid.single.1', 'delivered'),
      says('wamid.single.2', 'sent', { biz_opaque_callback_data: `message:${unknown.id}` }),
    );
    expect(await known.now()).toMatchObject({ status: 'delivered' });
    expect(await unknown.now()).toMatchObject({ status: 'sent', wamid: 'wamid.single.2' });
  });

  it('unsubscribes a person who stopped marketing in WhatsApp', async () => {
    const { now } = await single('wamid.single.3');
    const errors = [{ code: 131_050, title: 'User has stopped marketing' }];
    await tell(says('wamid.single.3', 'failed', { errors, recipient_id: '4915177777' }));
    expect(await now()).toMatchObject({ status: 'failed', code: 131_050 });
    const { body } = await app.api.get('/api/whatsapp/customers?search=4915177777');
    expect(body.data[0]).toMatchObject({ subscription: 'unsubscribed' });
  });
});

it('applies hundreds of statuses together', async () => {
  const people = await Promise.all(Array.from({ length: 300 }, () => somebody()));
  const words = ['sent', 'delivered', 'read'];
  await tell(...people.flatMap(({ wamid }) => words.map((word) => says(wamid, word))));
  const row = await firstOf<{ n: number }>(
    db(),
    sql`SELECT count(*)::int AS n FROM campaign_recipients
         WHERE status = 'read' AND id = ANY(${people.map(({ recipientId }) => recipientId)}::uuid[])`,
  );
  expect(row?.n).toBe(300);
});
