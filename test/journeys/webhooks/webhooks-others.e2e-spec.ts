import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { firstOf, rowsOf, sql } from '../../../src/platform/database/sql.js';
import {
  recipientNow,
  runningCampaign,
  type SendingShop,
  sentTo,
  type SentTo,
  shopOf,
} from '../../support/sent-campaign.js';
import { change, messaging, PHONE_NUMBER_ID, status, WEBHOOK_ENV } from '../../support/signed-webhooks.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';

const NOON = new Date('2026-03-01T12:00:00Z');
const SECONDS = NOON.getTime() / 1_000;

let app: TestApp;
let shop: SendingShop;
const db = () => app.app.get(Database).manager;
beforeAll(async () => {
  app = await startTestApp({ env: { ...WEBHOOK_ENV, CLOCK: NOON.toISOString() } });
  shop = await shopOf(db(), PHONE_NUMBER_ID);
});
afterAll(async () => {
  await app.close();
});

let next = 1;
const newNumber = (): string => `+4915600${String(next++).padStart(6, '0')}`;
const written = async (phone: string): Promise<SentTo> => {
  const campaignId = await runningCampaign(db(), shop, { at: NOON });
  return sentTo(db(), shop, campaignId, { phone, wamid: `wamid.others.${next++}`, at: NOON });
};
const says = (phone: string, body: string, more: object = {}): object => ({
  ...{ id: `wamid.others.in.${next++}`, from: phone.slice(1), timestamp: String(SECONDS) },
  ...{ type: 'text', text: { body } },
  ...more,
});
const windows = async (phone: string): Promise<Date[]> =>
  (
    await rowsOf<{ at: Date }>(
      db(),
      sql`SELECT last_inbound_at AS at FROM whatsapp_conversations WHERE contact = ${phone}`,
    )
  ).map(({ at }) => at);
const customer = async (phone: string): Promise<any> =>
  (await app.api.get(`/api/whatsapp/customers?search=${phone.slice(1)}`)).body.data[0];

describe('a payment status', () => {
  it('leaves the message alone', async () => {
    const sent = await written(newNumber());
    const payment = { type: 'payment', payment: { reference_id: 'ref-1' } };
    const statuses = [status(sent.wamid ?? '', 'failed', payment)];
    expect(await tellWebhook(app, messaging({ statuses }))).toMatchObject({ status: 'processed' });
    expect(await recipientNow(db(), sent)).toMatchObject({ status: 'sent' });
  });
});

describe('a message to a group', () => {
  const group = { group_id: 'GROUP-1' };

  it('is stored, but opens no window and answers nothing that it does not name', async () => {
    const ana = newNumber();
    const [named, other] = [await written(ana), await written(ana)];
    const chat = says(ana, 'hello all', group);
    await tellWebhook(app, messaging({ messages: [chat] }));
    expect(await recipientNow(db(), other)).toMatchObject({ status: 'sent' });
    expect(await windows(ana)).toEqual([]);
    expect((await customer(ana)).lastInboundAt ?? null).toBeNull();
    const row = await firstOf(
      db(),
      sql`SELECT content FROM whatsapp_messages WHERE whatsapp_message_id = ${(chat as { id: string }).id}`,
    );
    expect(row).toMatchObject({ content: { body: 'hello all', groupId: 'GROUP-1' } });
    const context = { from: '15550783881', id: named.wamid };
    await tellWebhook(app, messaging({ messages: [says(ana, 'nice', { ...group, context })] }));
    expect(await recipientNow(db(), named)).toMatchObject({ status: 'responded' });
  });

  it('may be a STOP, which is not confirmed in private', async () => {
    const ben = newNumber();
    await tellWebhook(app, messaging({ messages: [says(ben, 'STOP', group)] }));
    expect(await customer(ben)).toMatchObject({ subscription: 'unsubscribed' });
    expect(await rowsOf(db(), sql`SELECT 1 FROM message_outbox WHERE phone_number = ${ben}`)).toEqual([]);
  });
});

describe('a message without a usable identity', () => {
  it.each([
    ['a placeholder', { from: 'PHONE_NUMBER' }],
    ['an impossible number', { from: '5678' }],
    ['nothing', { from: undefined }],
  ])('is kept as unhandled at once, and holds up no other: %s', async (_, more) => {
    const cem = newNumber();
    const strange = says(cem, 'hello', more);
    const event = await tellWebhook(app, messaging({ messages: [strange, says(cem, 'hello')] }));
    expect(event).toMatchObject({
      status: 'unhandled',
      failure_reason: 'It names no person: neither a possible phone number nor a user id.',
    });
    expect(await customer(cem)).toMatchObject({ phoneNumber: cem });
    const { id } = strange as { id: string };
    expect(
      await rowsOf(db(), sql`SELECT 1 FROM whatsapp_messages WHERE whatsapp_message_id = ${id}`),
    ).toHaveLength(1);
  });
});

describe('messages of a phone beside the API', () => {
  it('make no customer of our own number', async () => {
    const own = '+15550783881';
    const messages = [says(own, 'from the past'), says(own, 'from the past')];
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: own.slice(1), phone_number_id: PHONE_NUMBER_ID },
      messages,
    };
    expect(await tellWebhook(app, change('history', value))).toMatchObject({ status: 'unhandled' });
    expect(await tellWebhook(app, change('messages', value))).toMatchObject({ status: 'unhandled' });
    expect(await customer(own)).toBeUndefined();
  });
});

describe('a call', () => {
  it('of a person opens the service window', async () => {
    const [dee, eli] = [newNumber(), newNumber()];
    const call = (from: string, direction: string): object => ({
      ...{ id: `wacid.${next++}`, from: from.slice(1), event: 'connect', direction },
      timestamp: String(SECONDS),
    });
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550783881', phone_number_id: PHONE_NUMBER_ID },
      calls: [call(dee, 'USER_INITIATED'), call(eli, 'BUSINESS_INITIATED')],
    };
    expect(await tellWebhook(app, change('calls', value))).toMatchObject({ status: 'processed' });
    expect(await windows(dee)).toEqual([NOON]);
    expect(await windows(eli)).toEqual([]);
  });
});

describe('a sign-up with a form of WhatsApp', () => {
  it('is an opt-in, with its id as evidence', async () => {
    const fay = newNumber();
    await tellWebhook(app, messaging({ messages: [says(fay, 'STOP')] }));
    const user_preferences = [
      {
        ...{ wa_id: fay.slice(1), category: 'marketing_messages', value: 'signup', signup_id: 'form-7' },
        ...{ detail: 'User signed up via signup link', timestamp: SECONDS + 1 },
      },
    ];
    await app.api.post('/api/dev/clock', { advance: 'PT2S' });
    await tellWebhook(app, change('user_preferences', { metadata: metadata(), user_preferences }));
    const { id, subscription } = await customer(fay);
    expect(subscription).toBe('subscribed');
    const history = await rowsOf(
      db(),
      sql`SELECT kind, evidence FROM consent_events WHERE profile_id = ${id} ORDER BY occurred_at DESC LIMIT 1`,
    );
    expect(history).toMatchObject([{ kind: 'opt_in', evidence: { signupId: 'form-7' } }]);
  });
});

const metadata = (): object => ({
  display_phone_number: '15550783881',
  phone_number_id: PHONE_NUMBER_ID,
});

describe('an error without a message', () => {
  const sender = async (): Promise<any> => (await app.api.get(`/api/whatsapp/senders/${shop.senderId}`)).body;
  const fails = (code: number, time: Date) => {
    const { id, changes } = messaging({ errors: [{ code, title: 'Trouble' }] }) as Record<string, unknown>;
    return tellWebhook(app, { id, changes, time: time.getTime() / 1_000 });
  };

  it('slows the number down as it would in an answer', async () => {
    const before = (await sender()).currentPerSecond;
    await fails(130_429, NOON);
    expect((await sender()).currentPerSecond).toBeLessThan(before);
  });

  it('stops the account, unless it is old', async () => {
    await fails(131_031, new Date(NOON.getTime() - 3_600_000));
    expect(await sender()).toMatchObject({ status: 'active' });
    await fails(131_031, NOON);
    expect(await sender()).toMatchObject({ status: 'paused', pausedBy: 'errors' });
  });
});
