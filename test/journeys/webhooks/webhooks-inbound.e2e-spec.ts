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
import { messaging, PHONE_NUMBER_ID, WEBHOOK_ENV } from '../../support/signed-webhooks.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';

const NOON = new Date('2026-03-01T12:00:00Z');
const hours = (count: number): Date => new Date(NOON.getTime() + count * 60 * 60 * 1_000);

let meta: TestMeta;
let app: TestApp;
let shop: SendingShop;
const db = () => app.app.get(Database).manager;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({
    env: { ...WEBHOOK_ENV, WHATSAPP_API_URL: meta.url, CLOCK: NOON.toISOString() },
  });
  shop = await shopOf(db(), PHONE_NUMBER_ID);
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

let next = 1;
const somebody = (): string => `+4915200${String(next++).padStart(6, '0')}`;
const wamid = (): string => `wamid.in.${next++}`;
const campaign = (): Promise<string> => runningCampaign(db(), shop, { at: hours(-200) });
const written = async (phone: string, at: Date, isConfirmed = true): Promise<SentTo> =>
  sentTo(db(), shop, await campaign(), { phone, wamid: isConfirmed ? `wamid.out.${next++}` : null, at });

const message = (from: string, at: Date, content: object, id = wamid()): object => ({
  from: from.slice(1),
  id,
  timestamp: String(Math.floor(at.getTime() / 1_000)),
  ...content,
});
const text = (body: string, context?: string | null): object => ({
  type: 'text',
  text: { body },
  ...(context === undefined ? {} : { context: { from: '15550783881', id: context } }),
});
const tell = (...messages: object[]) => tellWebhook(app, messaging({ messages }));
const stored = (id: string): Promise<any> =>
  firstOf(
    db(),
    sql`SELECT m.*, c.whatsapp_phone FROM whatsapp_messages m LEFT JOIN user_profiles c ON c.id = m.customer_id
         WHERE whatsapp_message_id = ${id}`,
  );

describe('an inbound message', () => {
  it('is stored once, with its person and the message it answers', async () => {
    const [ana, id] = [somebody(), wamid()];
    const hello = message(ana, NOON, text('Olá \0 \ud83d!', 'wamid.from.elsewhere'), id);
    await tell(hello, hello);
    await tell(hello);
    expect(
      await rowsOf(db(), sql`SELECT 1 FROM whatsapp_messages WHERE whatsapp_message_id = ${id}`),
    ).toHaveLength(1);
    expect(await stored(id)).toMatchObject({
      ...{ direction: 'in', status: 'received', purpose: 'chat', type: 'text' },
      ...{ organization_id: shop.organizationId, sender_id: shop.senderId },
      ...{ phone_number: ana, whatsapp_phone: ana, created_at: NOON },
      ...{
        context_message_id: 'wamid.from.elsewhere',
        content: { kind: 'text', body: expect.stringMatching(/^Olá/) },
      },
    });
  });

  it('keeps a complete order', async () => {
    const [ben, id] = [somebody(), wamid()];
    const order = {
      catalog_id: '194836987003835',
      text: 'by Friday please',
      product_items: [
        { product_retailer_id: 'MUG-WHITE', quantity: 2, item_price: 12.5, currency: 'EUR' },
        { product_retailer_id: 'NOT-OURS', quantity: 1, item_price: 'much', currency: 'EUR', note: 'gift' },
      ],
    };
    await tell(message(ben, NOON, { type: 'order', order }, id));
    const { content } = await stored(id);
    expect(content).toMatchObject({
      ...{ kind: 'order', catalogId: '194836987003835', text: 'by Friday please' },
      lines: [
        { retailerId: 'MUG-WHITE', quantity: 2, itemPrice: '12.5', currency: 'EUR' },
        { retailerId: 'NOT-OURS', quantity: 1, itemPrice: null },
      ],
      raw: { order },
    });
  });

  it('keeps ids and captions of media, and unknown content in full', async () => {
    const [cem, picture, riddle] = [somebody(), wamid(), wamid()];
    await tell(
      message(
        cem,
        NOON,
        { type: 'image', image: { id: '77', mime_type: 'image/jpeg', caption: 'this?' } },
        picture,
      ),
      message(cem, NOON, { type: 'hologram', hologram: { depth: 3 } }, riddle),
    );
    expect((await stored(picture)).content).toMatchObject({ media: 'image', id: '77', caption: 'this?' });
    expect(await stored(riddle)).toMatchObject({
      type: 'hologram',
      content: { kind: 'unknown', raw: { hologram: { depth: 3 } } },
    });
  });
});

describe('a reply', () => {
  it('belongs to the message it names, not to the latest', async () => {
    const dee = somebody();
    const [older, latest] = [await written(dee, hours(-60)), await written(dee, hours(-1))];
    await tell(message(dee, NOON, text('yes please', older.wamid)));
    expect(await recipientNow(db(), older)).toMatchObject({
      ...{ status: 'responded', reply: 'yes please', replied: NOON, clicked: null },
    });
    expect(await recipientNow(db(), latest)).toMatchObject({ status: 'sent', reply: null });
  });

  it('that names no message belongs to the latest of the last 72 hours', async () => {
    const [eli, fay] = [somebody(), somebody()];
    const [older, latest] = [await written(eli, hours(-71)), await written(eli, hours(-50))];
    const old = await written(fay, hours(-73));
    await tell(message(eli, NOON, text('how much?')), message(fay, NOON, text('how much?')));
    expect(await recipientNow(db(), latest)).toMatchObject({ status: 'responded', reply: 'how much?' });
    expect(await recipientNow(db(), older)).toMatchObject({ status: 'sent' });
    expect(await recipientNow(db(), old)).toMatchObject({ status: 'sent' });
  });

  it('finds the person by another spelling of the number', async () => {
    const gus = await written('+5491155550001', hours(-1));
    const hal = await written('+5511987650001', hours(-1));
    await tell(message('+541155550001', NOON, text('si')), message('+551187650001', NOON, text('sim')));
    expect(await recipientNow(db(), gus)).toMatchObject({ status: 'responded' });
    expect(await recipientNow(db(), hal)).toMatchObject({ status: 'responded' });
  });

  it('finds a person who hides the number by their user id', async () => {
    const ida = somebody();
    const sent = await written(ida, hours(-1));
    const userId = `DE.1${ida.slice(1)}`;
    await app.api.post('/api/whatsapp/customers', { phoneNumber: ida, whatsappUserId: userId });
    const hidden = { from_user_id: userId, id: wamid(), timestamp: String(NOON.getTime() / 1_000) };
    await tell({ ...hidden, ...text('it is me') });
    expect(await recipientNow(db(), sent)).toMatchObject({ status: 'responded', reply: 'it is me' });
  });

  it('proves that a message arrived whose outcome was unknown', async () => {
    const jon = somebody();
    const doubtful = await written(jon, hours(-1), false);
    await tell(message(jon, NOON, text('got it', 'wamid.unknown')));
    expect(await recipientNow(db(), doubtful)).toMatchObject({ status: 'responded' });
  });

  it('through a quick reply of the template also counts as a click', async () => {
    const kim = somebody();
    const sent = await written(kim, hours(-1));
    const button = {
      type: 'button',
      button: { payload: 'SHOW', text: 'Show me' },
      context: { id: sent.wamid },
    };
    await tell(message(kim, NOON, button));
    expect(await recipientNow(db(), sent)).toMatchObject({
      ...{ status: 'responded', reply: 'Show me', clicked: NOON },
    });
  });

  it('may be a reaction that names the message, or STOP', async () => {
    const [lea, max, ned] = [somebody(), somebody(), somebody()];
    const [liked, other, stopped] = [
      await written(lea, hours(-1)),
      await written(max, hours(-1)),
      await written(ned, hours(-1)),
    ];
    const reaction = (message_id: unknown, emoji?: string): object => ({
      type: 'reaction',
      reaction: { message_id, ...(emoji === undefined ? {} : { emoji }) },
    });
    await tell(
      message(lea, NOON, reaction(liked.wamid, '👍')),
      message(max, NOON, reaction('wamid.of.something.else', '👍')),
      message(max, NOON, reaction(other.wamid)),
      message(ned, NOON, text('STOP')),
    );
    expect(await recipientNow(db(), liked)).toMatchObject({
      status: 'responded',
      reply: '👍',
      clicked: null,
    });
    expect(await recipientNow(db(), other)).toMatchObject({ status: 'sent' });
    expect(await recipientNow(db(), stopped)).toMatchObject({ status: 'responded', reply: 'STOP' });
  });

  it.each([
    ['edited', { type: 'edit', edit: { original_message_id: 'wamid.x' } }],
    ['taken back', { type: 'revoke', revoke: { original_message_id: 'wamid.x' } }],
    ['not supported', { type: 'unsupported', unsupported: { type: 'poll' } }],
    ['unknown', { type: 'hologram' }],
  ])('is not recorded when something is %s', async (_, content) => {
    const ola = somebody();
    const sent = await written(ola, hours(-1));
    await tell(message(ola, NOON, content));
    expect(await recipientNow(db(), sent)).toMatchObject({ status: 'sent' });
  });

  it('to a message outside campaigns does not count for a campaign', async () => {
    const pia = somebody();
    const sent = await written(pia, hours(-1));
    await rowsOf(
      db(),
      sql`INSERT INTO whatsapp_messages (organization_id, sender_id, direction, purpose, phone_number, type, status,
                                         whatsapp_message_id, created_at)
          VALUES (${shop.organizationId}, ${shop.senderId}, 'out', 'order', ${pia}, 'text', 'sent', 'wamid.order.1', ${NOON})`,
    );
    await tell(message(pia, NOON, text('thanks', 'wamid.order.1')));
    expect(await recipientNow(db(), sent)).toMatchObject({ status: 'sent' });
  });

  it('to one organization does not count for another, even if it names its message', async () => {
    const quy = somebody();
    const sent = await written(quy, hours(-1));
    const other = await newOrganization(app.api);
    const about = { phoneNumberId: '600300', businessAccountId: '602' };
    const wanted = { name: 'x', accessToken: 't', appSecret: 'theirs', ...about };
    meta.knows('t', about);
    await other.api.post('/api/whatsapp/senders', wanted);
    const messages = [message(quy, NOON, text('hello', sent.wamid))];
    await tellWebhook(app, messaging({ messages }, about), 'theirs');
    expect(await recipientNow(db(), sent)).toMatchObject({ status: 'sent' });
  });
});

describe('the service window', () => {
  const windowOf = async (phone: string): Promise<string | null> => {
    const { body } = await app.api.get(`/api/whatsapp/customers?search=${phone.slice(1)}`);
    return (await app.api.get(`/api/whatsapp/customers/${body.data[0].id}`)).body.serviceWindowExpiresAt;
  };

  it('stays open for 24 hours after the last message', async () => {
    const [ria, sam] = [somebody(), somebody()];
    await tell(message(ria, NOON, text('hi')), message(ria, hours(-3), text('earlier')));
    await tell(message(sam, hours(-23.9), text('hi')));
    expect(await windowOf(ria)).toBe(hours(24).toISOString());
    expect(await windowOf(sam)).toBe(hours(0.1).toISOString());
    await app.api.post('/api/dev/clock', { now: hours(1).toISOString() });
    expect(await windowOf(sam)).toBeNull();
    expect(await windowOf(ria)).toBe(hours(24).toISOString());
    await app.api.post('/api/dev/clock', { now: hours(24).toISOString() });
    expect(await windowOf(ria)).toBeNull();
  });
});
