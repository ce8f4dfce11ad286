import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CampaignStops } from '../../../src/campaigns/stops/campaign-stops.service.js';
import { DomainEvents } from '../../../src/events/domain-events.service.js';
import { EventWants } from '../../../src/events/event-wants.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import { SenderHealth } from '../../../src/senders/health/sender-health.service.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import {
  runningCampaign,
  type SendingShop,
  sentTo,
  type SentTo,
  shopOf,
} from '../../support/sent-campaign.js';
import {
  BUSINESS_ACCOUNT_ID,
  change,
  messaging,
  PHONE_NUMBER_ID,
  status,
  textMessage,
  WEBHOOK_ENV,
} from '../../support/signed-webhooks.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';
import { until } from '../../support/until.js';

const AT = new Date('2026-03-01T12:00:00Z');
const SECONDS = AT.getTime() / 1_000;

let meta: TestMeta;
let app: TestApp;
let shop: SendingShop;
const db = () => app.app.get(Database).manager;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({
    env: {
      ...WEBHOOK_ENV,
      WHATSAPP_ACCESS_TOKEN: 'simulator-token',
      WHATSAPP_API_URL: meta.url,
      CLOCK: AT.toISOString(),
    },
  });
  shop = await shopOf(db(), PHONE_NUMBER_ID);
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

let next = 1;
const newPhone = (): string => `+4915100${String(next++).padStart(6, '0')}`;
const sourceId = uuidV7();

/** Says what somebody wants, and waits until the process knows. */
async function want(...wants: { kind: string; campaignId?: string }[]): Promise<void> {
  const rows = wants.map(({ kind, campaignId = null }) => ({ kind, campaignId }));
  const { organizationId } = shop;
  await app.app
    .get(Database)
    .transaction((tx) =>
      app.app.get(EventWants).set(tx, { organizationId, source: 'automation', sourceId }, rows),
    );
  const events = app.app.get(DomainEvents);
  await until(() => events.wanted(organizationId, 'campaign.message_read') === rows.length > 0);
}
interface Stored {
  kind: string;
  customerId: string | null;
  objectId: string | null;
  campaignId: string | null;
  data: any;
}
const stored = (): Promise<Stored[]> =>
  rowsOf(
    db(),
    sql`SELECT kind, customer_id AS "customerId", object_id AS "objectId", campaign_id AS "campaignId", data
          FROM domain_events ORDER BY seq`,
  );
const kinds = async (): Promise<string[]> => (await stored()).map(({ kind }) => kind);

const says = (wamid: string | null, word: string, more: object = {}): object =>
  status(wamid ?? '', word, { timestamp: String(SECONDS + 10), ...more });
const tellStatuses = (...list: object[]) => tellWebhook(app, messaging({ statuses: list }));
const writes = (from: string, more: object = {}): object =>
  textMessage(`wamid.in.${next++}`, 'hello', {
    from: from.slice(1),
    timestamp: String(SECONDS),
    ...more,
  });
const tellMessages = (...messages: object[]) => tellWebhook(app, messaging({ messages }));
const recipient = (campaignId: string): Promise<SentTo> =>
  sentTo(db(), shop, campaignId, { phone: newPhone(), wamid: `wamid.out.${next++}`, at: AT });

beforeEach(async () => {
  await rowsOf(db(), sql`DELETE FROM domain_events`);
});

describe('with a listener for everything', () => {
  beforeEach(() => want({ kind: '*' }));
  afterEach(() => want());

  it('the messages of a campaign tell what became of them, each thing once', async () => {
    const campaignId = await runningCampaign(db(), shop, { at: AT });
    const [ana, ben] = [await recipient(campaignId), await recipient(campaignId)];
    await rowsOf(db(), sql`UPDATE marketing_campaigns SET retry_failed = false WHERE id = ${campaignId}`);
    const error = { code: 131026, title: 'Message undeliverable' };
    await tellStatuses(says(ana.wamid, 'read'), says(ana.wamid, 'delivered'), says(ana.wamid, 'read'));
    await tellStatuses(says(ana.wamid, 'delivered'), says(ben.wamid, 'failed', { errors: [error] }));
    await tellStatuses(says(ben.wamid, 'failed', { errors: [error] }));
    await tellMessages(writes(ana.phone, { context: { id: ana.wamid } }));
    const own = (await stored()).filter(({ kind }) => kind.startsWith('campaign.message'));
    expect(own.map(({ kind, objectId }) => [kind, objectId])).toEqual([
      ['campaign.message_delivered', ana.recipientId],
      ['campaign.message_read', ana.recipientId],
      ['campaign.message_failed', ben.recipientId],
      ['campaign.message_replied', ana.recipientId],
    ]);
    expect(own[2]).toMatchObject({
      campaignId,
      data: {
        id: ben.recipientId,
        campaignId,
        phoneNumber: ben.phone,
        status: 'failed',
        errorCode: '131026',
      },
    });
  });

  it('a campaign is paused by the engine, completed by its last recipient, and paused by people', async () => {
    const [one, last] = [
      await runningCampaign(db(), shop, { at: AT }),
      await runningCampaign(db(), shop, { at: AT }),
    ];
    await app.app.get(Database).transaction((tx) => app.app.get(CampaignStops).pause(tx, [one], 'too many'));
    const { recipientId } = await sentTo(db(), shop, last, { phone: newPhone(), wamid: null, at: AT });
    await tellStatuses(says(`wamid.x.${next++}`, 'sent', { biz_opaque_callback_data: `${recipientId}:1` }));
    expect((await app.api.post(`/api/whatsapp/campaigns/${one}/resume`)).status).toBe(200);
    const moves = (await stored()).filter(({ campaignId }) => campaignId === one || campaignId === last);
    expect(moves.map(({ kind, data }) => [kind, data.id, data.from, data.to])).toEqual([
      ['campaign.paused', one, 'active', 'paused'],
      ['campaign.completed', last, 'active', 'completed'],
      ['campaign.resumed', one, 'paused', 'active'],
    ]);
    expect(moves[0]?.data.reason).toBe('Paused by the engine: too many');
  });

  it('what people write and press is told once, with the customer', async () => {
    const phone = newPhone();
    const text = writes(phone);
    const pressed = writes(phone, { type: 'button', button: { payload: 'SHOW', text: 'Show me' } });
    const reply = { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } };
    await tellMessages(text, pressed, text);
    await tellMessages(pressed, writes(phone, { type: 'interactive', interactive: reply }));
    const own = (await stored()).filter(({ kind }) => /^(message|button)\./.test(kind));
    expect(own.map(({ kind }) => kind).sort()).toEqual([
      ...['button.clicked', 'button.clicked'],
      ...['message.received', 'message.received', 'message.received'],
    ]);
    const [customer] = (await app.api.get(`/api/whatsapp/customers?search=${phone.slice(1)}`)).body.data;
    expect(new Set(own.map(({ customerId }) => customerId))).toEqual(new Set([customer.id]));
    expect(own.find(({ kind }) => kind === 'message.received')?.data).toMatchObject({
      ...{ phoneNumber: phone, type: 'text', text: 'hello' },
      receivedAt: new Date(SECONDS * 1_000).toISOString(),
    });
    const buttons = own
      .filter(({ kind }) => kind === 'button.clicked')
      .map(({ data }) => [data.text, data.payload]);
    expect(buttons).toEqual([
      ['Show me', 'SHOW'],
      ['Yes', 'yes'],
    ]);
  });

  it('templates change their status and quality, by webhook and by listing', async () => {
    const id = next + 1_689_556;
    const name = `sale_${next++}`;
    await rowsOf(
      db(),
      sql`INSERT INTO whatsapp_templates (organization_id, business_account_id, meta_template_id, name, language,
                                          category, status, components, synced_at, created_at, updated_at)
          VALUES (${shop.organizationId}, ${BUSINESS_ACCOUNT_ID}, ${String(id)}, ${name}, 'pt_BR', 'MARKETING',
                  'APPROVED', '[]', ${AT}, ${AT}, ${AT})`,
    );
    const template = {
      message_template_id: id,
      message_template_name: name,
      message_template_language: 'pt_BR',
    };
    const paused = change('message_template_status_update', { ...template, event: 'PAUSED', reason: 'NONE' });
    await tellWebhook(app, paused);
    await tellWebhook(app, paused);
    const quality = { ...template, previous_quality_score: 'GREEN', new_quality_score: 'RED' };
    await tellWebhook(app, change('message_template_quality_update', quality));
    await app.api.post('/api/dev/clock', { advance: 'PT1M' });
    expect((await app.api.post('/api/whatsapp/templates/sync')).status).toBe(200);
    const own = (await stored()).filter(({ data }) => data.name === name);
    expect(own.map(({ kind, data }) => [kind, data.from, data.to])).toEqual([
      ['template.status_changed', 'APPROVED', 'PAUSED'],
      ['template.quality_changed', null, 'RED'],
      ['template.status_changed', 'PAUSED', 'DELETED'],
    ]);
    expect(own[0]?.data).toMatchObject({
      businessAccountId: BUSINESS_ACCOUNT_ID,
      language: 'pt_BR',
      status: 'PAUSED',
    });
  });

  it('numbers are paused and resumed by people, errors and Meta, and change their limit', async () => {
    const { senderId } = shop;
    const set = (word: string) => app.api.put(`/api/whatsapp/senders/${senderId}`, { status: word });
    expect((await set('paused')).status).toBe(200);
    await set('paused');
    await set('active');
    const health = app.app.get(SenderHealth);
    const until_ = new Date(AT.getTime() + 3_600_000);
    const stop = { scope: 'sender', reason: 'Spam.', until: until_ } as const;
    await app.app.get(Database).transaction((tx) => health.pause(tx, senderId, stop));
    await app.api.post('/api/dev/clock', { advance: 'PT2H' });
    await until(async () => (await kinds()).filter((kind) => kind === 'sender.resumed').length === 2);
    const later = { time: new Date(AT.getTime() + 7_500_000) };
    const update = (event: string) =>
      change('account_update', { event, ban_info: { waba_ban_state: event } }, later);
    await tellWebhook(app, update('DISABLED_UPDATE'));
    await tellWebhook(
      app,
      change('business_capability_update', { max_daily_conversations_per_business: 2_000 }, later),
    );
    await tellWebhook(
      app,
      change('business_capability_update', { max_daily_conversations_per_business: 2_000 }, later),
    );
    const own = (await stored()).filter(({ kind }) => kind.startsWith('sender.'));
    expect(own.map(({ kind }) => kind).slice(0, 4)).toEqual([
      ...['sender.paused', 'sender.resumed', 'sender.paused', 'sender.resumed'],
    ]);
    const limits = own.filter(({ kind }) => kind === 'sender.limit_changed');
    expect(limits.map(({ data }) => [data.id, data.to])).toEqual([[senderId, 2_000]]);
    expect(own[0]?.data).toMatchObject({ id: senderId, pausedBy: 'operator', from: 'active', to: 'paused' });
    await set('active');
  });

  it('imports are silent unless they ask, and then tell each customer once', async () => {
    const [known, fresh] = [newPhone(), newPhone()];
    await app.api.post('/api/whatsapp/customers', { phoneNumber: known, name: 'Ana' });
    await rowsOf(db(), sql`DELETE FROM domain_events`);
    const csv = (name: string): string => `phone,name\n${known},${name}\n${fresh},Ben\n`;
    const run = (raw: string, query = '') =>
      app.api.post(`/api/whatsapp/customers/import${query}`, undefined, {
        ...{ raw, headers: { 'content-type': 'text/csv' } },
      });
    expect((await run(csv('Ana Maria'), '?events=true')).status).toBe(201);
    const own = (await stored()).filter(
      ({ kind }) => kind.startsWith('customer.') || kind.startsWith('import.'),
    );
    expect(own.map(({ kind, data }) => [kind, data.phoneNumber ?? data.status]).sort()).toEqual([
      ['customer.created', fresh],
      ['customer.updated', known],
      ['import.finished', 'completed'],
    ]);
    expect(own.find(({ kind }) => kind === 'customer.updated')?.data.name).toBe('Ana Maria');
    await rowsOf(db(), sql`DELETE FROM domain_events`);
    expect((await run(csv('Ana M.'))).status).toBe(201);
    expect(await kinds()).toEqual(['import.finished']);
  });
});

it('a listener for one campaign hears of that campaign alone', async () => {
  const [mine, other] = [
    await runningCampaign(db(), shop, { at: AT }),
    await runningCampaign(db(), shop, { at: AT }),
  ];
  await want({ kind: 'campaign.message_read', campaignId: mine });
  const [ana, ben] = [await recipient(mine), await recipient(other)];
  await tellStatuses(says(ana.wamid, 'read'), says(ben.wamid, 'read'));
  expect((await stored()).map(({ kind, campaignId }) => [kind, campaignId])).toEqual([
    ['campaign.message_read', mine],
  ]);
  await want();
});

it('without a listener the reports of messages run no statement more', async () => {
  const campaignId = await runningCampaign(db(), shop, { at: AT });
  const statements = async (): Promise<string[]> => {
    const [ana, ben] = [await recipient(campaignId), await recipient(campaignId)];
    const runner = Object.getPrototypeOf(app.app.get(Database).dataSource.createQueryRunner()) as {
      query: (text: string) => Promise<unknown>;
    };
    const query = jest.spyOn(runner, 'query');
    try {
      await tellStatuses(says(ana.wamid, 'read'), says(ben.wamid, 'delivered'));
      await tellMessages(writes(ana.phone, { context: { id: ana.wamid } }));
      const about = /domain_events|FROM campaign_recipients r WHERE r\.id = ANY/;
      return query.mock.calls
        .map(([text]) => text)
        .filter((text) => about.test(text) && !/dispatched_at/.test(text));
    } finally {
      query.mockRestore();
    }
  };
  await until(() => !app.app.get(DomainEvents).wanted(shop.organizationId, 'campaign.message_read'));
  expect(await statements()).toEqual([]);
  await want({ kind: '*' });
  expect((await statements()).length).toBeGreaterThanOrEqual(2);
  await want();
});
