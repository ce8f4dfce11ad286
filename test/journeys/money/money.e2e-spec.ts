import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LinkTokens } from '../../../src/links/link-tokens.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { runningCampaign, sentTo, shopOf } from '../../support/sent-campaign.js';
import { brokenInvariants, Shop, somebody, sqlOf, startShopApp } from '../../support/shop.js';
import { PHONE_NUMBER_ID } from '../../support/signed-webhooks.js';
import { newOrganization, type TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';
import { until } from '../../support/until.js';

const HOUR_MS = 3_600_000;

let app: TestApp;
let shop: Shop;
beforeAll(async () => {
  app = await startShopApp({ CLOCK: '2026-03-08T12:00:00Z' });
  shop = await Shop.open(app);
});
afterEach(async () => {
  expect(await brokenInvariants(app)).toEqual({});
});
afterAll(async () => {
  await app.close();
});

const db = () => app.app.get(Database).manager;
const run = (text: string, parameters: unknown[] = []) => sqlOf(app)<any>(text, parameters);
const now = async (): Promise<Date> => new Date((await app.api.get('/api/dev/clock')).body.now);
const after = (at: Date, hours: number): Date => new Date(at.getTime() + hours * HOUR_MS);
const campaign = async (at: Date): Promise<string> =>
  runningCampaign(db(), await shopOf(db(), PHONE_NUMBER_ID), { at });
const stats = async (id: string): Promise<any> =>
  (await app.api.get(`/api/whatsapp/campaigns/${id}/stats`)).body;
const record = (body: unknown): Promise<any> => app.api.post('/api/conversions', body);
const listed = async (campaignId?: string): Promise<any[]> =>
  (
    await app.api.get(
      `/api/conversions?limit=200${campaignId === undefined ? '' : `&campaignId=${campaignId}`}`,
    )
  ).body.data;
const conversion = async (externalId: string): Promise<any> =>
  (await listed()).find((one) => one.externalId === externalId);

/** A message that was sent to somebody, and what became of it. */
async function message(
  campaignId: string,
  phone: string,
  at: Date,
  touched: Partial<Record<'clicked_at' | 'responded_at' | 'read_at' | 'delivered_at', Date>> = {},
): Promise<string> {
  const wamid = `wamid.${randomUUID()}`;
  const { recipientId } = await sentTo(db(), await shopOf(db(), PHONE_NUMBER_ID), campaignId, {
    phone,
    wamid,
    at,
  });
  for (const [column, time] of Object.entries(touched))
    await run(`UPDATE campaign_recipients SET ${column} = $1 WHERE id = $2`, [time, recipientId]);
  return recipientId;
}

describe('the last touch', () => {
  it('decides, each kind within its window', async () => {
    const start = after(await now(), -150);
    const [a, b] = [await campaign(start), await campaign(start)];
    const phone = somebody();
    await message(a, phone, start, { clicked_at: start });
    await message(b, phone, start, { read_at: after(start, 22) });
    const orders = [33, 49, 145].map((hours) => ({
      ...{ id: randomUUID(), customer: { phoneNumber: phone }, value: 10, currency: 'INR' },
      occurredAt: after(start, hours).toISOString(),
    }));
    expect((await record(orders)).body).toEqual({ recorded: 3, duplicates: 0, unattributed: 1, invalid: [] });
    const found = await Promise.all(orders.map(({ id }) => conversion(id)));
    expect(found.map(({ touch, campaignId }) => [touch, campaignId])).toEqual([
      ['read', b],
      ['click', a],
      [null, null],
    ]);
  });

  it('is another one with other windows, and of one instant the one that says most', async () => {
    const at = after(await now(), -3);
    const [a, b] = [await campaign(at), await campaign(at)];
    const phone = somebody();
    await message(a, phone, at, { read_at: at, delivered_at: at, clicked_at: at });
    await message(b, phone, at, { delivered_at: after(at, 1) });
    const ids = [randomUUID(), randomUUID()];
    const told = (id: string | undefined) => record({ id, customer: { phoneNumber: phone } });
    await told(ids[0]);
    const { body } = await app.api.put('/api/organization', { attributionWindows: { delivered: 'PT12H' } });
    expect(body.attributionWindows).toEqual({ click: 'P5D', reply: 'P5D', read: 'P1D', delivered: 'PT12H' });
    await told(ids[1]);
    await app.api.put('/api/organization', { attributionWindows: { delivered: null } });
    expect(await conversion(ids[0] ?? '')).toMatchObject({ campaignId: a, touch: 'click' });
    expect(await conversion(ids[1] ?? '')).toMatchObject({ campaignId: b, touch: 'delivered' });
    const wrong = await app.api.put('/api/organization', { attributionWindows: { click: 'P91D' } });
    expect(wrong.status).toBe(400);
  });

  it('may be a read that comes late; after a day nothing moves a conversion any more', async () => {
    const at = after(await now(), -2);
    const [a, b] = [await campaign(at), await campaign(at)];
    const phone = somebody();
    const first = await message(a, phone, at, { clicked_at: after(at, 0.5) });
    const second = await message(b, phone, at);
    const id = randomUUID();
    await record({ id, customer: { phoneNumber: phone }, value: '20.00', currency: 'INR' });
    expect(await conversion(id)).toMatchObject({ campaignId: a, isFinal: false });
    await run('UPDATE campaign_recipients SET read_at = $1 WHERE id = $2', [after(at, 1), second]);
    await app.api.post('/api/dev/clock', { advance: 'PT25H' });
    const moved = await until(
      () => conversion(id),
      (one) => one.isFinal,
    );
    expect(moved).toMatchObject({ campaignId: b, touch: 'read' });
    expect((await stats(a)).revenue).toBeUndefined();
    expect((await stats(b)).revenue).toEqual({ INR: '20.00' });
    const marks = await run(
      'SELECT id, converted_at IS NOT NULL AS marked FROM campaign_recipients WHERE id = ANY($1)',
      [[first, second]],
    );
    expect(marks.filter(({ marked }) => marked).map((row) => row.id)).toEqual([second]);
  });

  it('is the message that a link names, whatever the windows say; a forged token is none', async () => {
    const start = after(await now(), -20 * 24);
    const a = await campaign(start);
    const recipient = await message(a, somebody(), start);
    const clickToken = app.app.get(LinkTokens, { strict: false }).token({ unit: recipient, number: 1 });
    const id = randomUUID();
    expect((await record({ id, clickToken })).body).toMatchObject({ recorded: 1, unattributed: 0 });
    expect(await conversion(id)).toMatchObject({
      campaignId: a,
      touch: 'click',
      isFinal: true,
      value: '0.00',
    });
    const forged = `${clickToken.slice(0, -1)}${clickToken.endsWith('A') ? 'B' : 'A'}`;
    const refused = await record({ id: randomUUID(), clickToken: forged });
    expect([refused.status, refused.body.type]).toEqual([422, 'urn:drumbeat:problem:click_token_unknown']);
  });
});

describe('conversions of callers', () => {
  it('count once by their id, and are taken back once, however many say so at once', async () => {
    const at = after(await now(), -1);
    const a = await campaign(at);
    const phone = somebody();
    await message(a, phone, at, { clicked_at: at });
    const body = { id: randomUUID(), customer: { phoneNumber: phone }, value: '80.00', currency: 'INR' };
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => record(body)));
    const sums = answers.map(({ body: { recorded, duplicates } }) => [recorded, duplicates]);
    expect(sums.sort()).toEqual([...Array.from({ length: 4 }, () => [0, 1]), [1, 0]]);
    const reverse = (value?: string) =>
      app.api.post(`/api/conversions/${body.id}/reverse`, value === undefined ? {} : { value });
    await Promise.all([1, 2, 3].map(() => reverse('30.00')));
    expect(await stats(a)).toMatchObject({
      ...{ conversions: 1, orders: 0, orderedValue: { INR: '50.00' }, revenue: { INR: '50.00' } },
    });
    expect((await reverse('80.01')).body.type).toBe('urn:drumbeat:problem:reversal_too_large');
    await reverse();
    expect(await stats(a)).not.toHaveProperty('revenue');
    expect((await app.api.post('/api/conversions/nothing/reverse', {})).status).toBe(404);
  });

  it('are taken one by one: what is wrong with one stops none of the others', async () => {
    const person = { phoneNumber: somebody() };
    const good = { id: randomUUID(), customer: person };
    const { body } = await record([
      good,
      { id: 'a', customer: { id: randomUUID() } },
      { id: 'b', customer: person, value: 5, currency: 'ZZZ' },
      { id: 'c', customer: person, value: 5 },
      { id: 'd' },
      { id: 'e', customer: person, occurredAt: after(await now(), 2).toISOString() },
      { id: 'f', customer: person, value: '0.001', currency: 'INR' },
      good,
    ]);
    expect(body).toMatchObject({ recorded: 1, duplicates: 1, unattributed: 1 });
    expect(body.invalid.map(({ id, code }: { id: string; code: string }) => `${id} ${code}`)).toEqual([
      ...['a person_unknown', 'b currency_unknown', 'c currency_missing', 'd person_unclear'],
      ...['e conversion_in_the_future', 'f bad_amount'],
    ]);
    const other = await newOrganization(app.api);
    expect((await other.api.get('/api/conversions')).body.data).toEqual([]);
    const { body: reader } = await app.api.post('/api/keys', { name: 'r', scopes: ['analytics:read'] });
    expect((await app.api.withKey(reader.key).post('/api/conversions', good)).status).toBe(403);
  });

  it('come in pages', async () => {
    const ids = Array.from({ length: 4 }, () => randomUUID());
    await record(ids.map((id) => ({ id, customer: { phoneNumber: somebody() } })));
    const first = (await app.api.get('/api/conversions?limit=2')).body;
    const second = (await app.api.get(`/api/conversions?limit=2&cursor=${first.nextCursor}`)).body;
    const seen = [...first.data, ...second.data].map(({ id }) => id);
    expect([...seen].sort().reverse()).toEqual(seen);
    expect(new Set(seen).size).toBe(4);
  });
});

describe('orders', () => {
  it('from the chat belong to the campaign that they answer; a refund halves the revenue, twice told or not', async () => {
    const at = await now();
    const a = await campaign(after(at, -3));
    const phone = somebody();
    const recipient = await message(a, phone, after(at, -2));
    const { sku } = await shop.product({ quantity: 10 });
    const { wamid, raw } = shop.message({ from: phone, lines: [{ sku, quantity: 2 }], at });
    await tellWebhook(app, raw);
    await tellWebhook(app, raw);
    const order = await shop.byMessage(wamid);
    expect(order.campaignId).toBe(a);
    const found = await until(
      async () => (await listed(a))[0],
      () => true,
    );
    expect(found).toMatchObject({ externalId: order.id, source: 'order', touch: 'reply', isFinal: true });
    await until(
      () => run('SELECT converted_at FROM campaign_recipients WHERE id = $1', [recipient]),
      ([row]) => row.converted_at !== null,
    );
    await shop.post(order.id, 'payments', { amount: 200, method: 'cash' });
    expect(await stats(a)).toMatchObject({ orders: 1, revenue: { INR: '200.00' } });
    const refund = { amount: 100, reason: 'half' };
    await Promise.all(
      [1, 2].map(() =>
        app.api.post(`/api/whatsapp/orders/${order.id}/refunds`, refund, {
          headers: { 'idempotency-key': order.id },
        }),
      ),
    );
    expect(await stats(a)).toMatchObject({
      orders: 1,
      orderedValue: { INR: '200.00' },
      revenue: { INR: '100.00' },
    });
    const day = at.toISOString().slice(0, 10);
    const { body } = await app.api.get(`/api/analytics/revenue?from=${day}&campaignId=${a}&by=campaign`);
    expect(body.rows).toMatchObject([
      { campaignId: a, day: null, currency: 'INR', orders: 1, revenue: '100.00' },
    ]);
  });

  it('from carts belong to the last touch', async () => {
    const at = await now();
    const a = await campaign(after(at, -3));
    const phone = somebody();
    await message(a, phone, after(at, -2), { read_at: after(at, -1) });
    const { id } = await shop.product({ quantity: 10 });
    const { body: cart } = await app.api.post('/api/whatsapp/carts', {
      ...{ phoneNumber: phone, catalogId: shop.catalogId, items: [{ productId: id, quantity: 1 }] },
    });
    const { status } = await app.api.post(`/api/whatsapp/carts/${cart.id}/checkout`, {});
    expect(status).toBeLessThan(300);
    const [found] = await until(
      () => listed(a),
      (all) => all.length === 1,
    );
    expect(found).toMatchObject({ source: 'order', touch: 'read', isFinal: false, value: '100.00' });
  });
});

describe('costs', () => {
  const csv = (rows: string[]) => `market,category,from,to,price\n${rows.join('\n')}\n`;
  const upload = (own: TestApp['api'], rows: string[], query: string): Promise<any> =>
    own.post(`/api/rate-cards?${query}`, undefined, {
      raw: csv(rows),
      headers: { 'content-type': 'text/csv' },
    });

  it('are exact over the edge of a tier, and a message that fails after it was sent costs nothing', async () => {
    const own = await newOrganization(app.api);
    const sender = randomUUID();
    await run(
      `INSERT INTO senders (id, organization_id, name, phone_number_id, business_account_id, access_token_encrypted,
                            is_default, created_at, updated_at)
       VALUES ($1, $2, 'x', $3, '77', 'x', true, now(), now())`,
      [sender, own.id, String(Math.floor(Math.random() * 1e15))],
    );
    const shopOfOwn = { organizationId: own.id, senderId: sender };
    const at = await now();
    const [a, b] = [
      await runningCampaign(db(), shopOfOwn, { at }),
      await runningCampaign(db(), shopOfOwn, { at }),
    ];
    const send = async (campaignId: string, count: number, state: 'delivered' | 'failed', time: Date) => {
      const rows = await run(
        `INSERT INTO whatsapp_messages (organization_id, sender_id, direction, purpose, phone_number, campaign_id, type,
                                        status, created_at)
         SELECT $1, $2, 'out', 'campaign', '+9199787' || lpad(n::text, 5, '0'), $3, 'template', 'accepted', $4
           FROM generate_series(1, $5::int) n RETURNING id`,
        [own.id, sender, campaignId, time, count],
      );
      const ids = rows.map(({ id }) => id);
      const price = `pricing_category = 'utility', pricing_type = 'regular', is_billable = true`;
      await run(`UPDATE whatsapp_messages SET status = 'sent', sent_at = $2, ${price} WHERE id = ANY($1)`, [
        ids,
        time,
      ]);
      await run(`UPDATE whatsapp_messages SET status = $2, ${state}_at = $3 WHERE id = ANY($1)`, [
        ids,
        state,
        time,
      ]);
      if (state === 'delivered') {
        const read = [ids.slice(0, 10), time];
        await run(`UPDATE whatsapp_messages SET status = 'read', read_at = $2 WHERE id = ANY($1)`, read);
      }
    };
    const [yesterday, today] = [new Date('2026-02-10T12:00:00Z'), new Date('2026-02-11T12:00:00Z')];
    await send(b, 900, 'delivered', yesterday);
    await send(a, 150, 'delivered', today);
    await send(b, 50, 'delivered', today);
    await send(a, 30, 'failed', today);
    const cost = async (id: string) => (await own.api.get(`/api/whatsapp/campaigns/${id}/stats`)).body.cost;
    expect(await cost(a)).toMatchObject({
      ...{ amount: null, because: 'no_rate_card', estimated: true },
      counts: [{ market: 'India', category: 'utility', type: 'regular', billable: 150, free: 0 }],
    });
    const tiers = ['India,UTILITY,0,1000,0.0100', 'India,UTILITY,1000,,0.0080'];
    const card = await upload(own.api, tiers, 'name=Meta&currency=USD&effectiveFrom=2026-01-01');
    expect([card.status, card.body.prices]).toEqual([201, 2]);
    expect(await cost(a)).toMatchObject({
      amount: '1.35',
      currency: 'USD',
      perDelivered: '0.009000',
      billable: 150,
    });
    expect(await cost(b)).toMatchObject({ amount: '9.45', billable: 950 });
    const { body } = await own.api.get('/api/analytics/costs?from=2026-02-01&to=2026-02-28&by=day');
    expect(body.rows.map((row: any) => [row.day, row.billable, row.amount])).toEqual([
      ['2026-02-10', 900, '9.00'],
      ['2026-02-11', 200, '1.80'],
    ]);
    expect(body.totals).toMatchObject([{ amount: '10.80', currency: 'USD' }]);
    const file = await own.api.get(
      '/api/analytics/costs?from=2026-02-01&to=2026-02-28&by=campaign&format=csv',
    );
    expect(file.body).toContain(`${a},`);
    const before = (await own.api.get(`/api/whatsapp/campaigns/${a}/stats`)).body;
    expect([before.roi, before.roas, before.roiBecause]).toEqual([-1, 0, null]);
    const deleted = await own.api.delete(`/api/rate-cards/${card.body.id}`);
    expect([deleted.status, deleted.body.type]).toEqual([409, 'urn:drumbeat:problem:rate_card_in_use']);
  });

  it('need a list without gaps, overlaps and unknown markets; what is wrong is named by its line', async () => {
    const own = await newOrganization(app.api);
    const details = 'name=x&currency=USD&effectiveFrom=2026-01-01';
    const refused = async (rows: string[], query = details) => {
      const { status, body } = await upload(own.api, rows, query);
      return [status, body.type.split(':').at(-1), body.errors.map(({ field }: any) => field)];
    };
    expect(await refused(['India,utility,0,10,0.01', 'India,utility,12,,0.01'])).toEqual([
      422,
      'rate_card_gap',
      ['line 3'],
    ]);
    expect(await refused(['India,utility,0,10,0.01', 'India,utility,8,,0.01'])).toEqual([
      422,
      'rate_card_overlap',
      ['line 3'],
    ]);
    expect(await refused(['Mars,utility,0,,0.01'])).toEqual([422, 'market_unknown', ['line 2']]);
    expect(await refused(['India,utility,0,,0.01'], 'currency=ZZZ&effectiveFrom=2026-01-01')).toEqual([
      422,
      'currency_unknown',
      ['currency'],
    ]);
    expect(await refused(['India,utility,0,,0.01'], 'currency=USD')).toEqual([
      400,
      'invalid_request',
      ['effectiveFrom'],
    ]);
  });

  it('have the price in force: the latest list, and a country before its market', async () => {
    const own = await newOrganization(app.api);
    const rows = [
      { market: 'Rest of Western Europe', category: 'MARKETING', price: '0.05' },
      { market: 'AT', category: 'marketing', price: 0.06 },
    ];
    const make = (effectiveFrom: string, price?: string) =>
      own.api.post('/api/rate-cards', {
        ...{ name: effectiveFrom, currency: 'EUR', effectiveFrom },
        rows: price === undefined ? rows : [{ market: 'AT', category: 'marketing', price }],
      });
    await make('2026-01-01');
    const { body: newer } = await make('2026-04-01', '0.07');
    const effective = async (date: string, market: string): Promise<any> =>
      (
        await own.api.get(
          `/api/rate-cards/effective?date=${date}&market=${encodeURIComponent(market)}&category=marketing`,
        )
      ).body;
    expect(await effective('2026-03-31', 'CH')).toMatchObject({ price: '0.050000', currency: 'EUR' });
    expect(await effective('2026-03-31', 'AT')).toMatchObject({ price: '0.060000' });
    expect(await effective('2026-04-01', 'AT')).toMatchObject({ price: '0.070000', rateCardId: newer.id });
    expect((await effective('2025-12-31', 'AT')).status).toBe(404);
    expect((await own.api.get('/api/rate-cards')).body.data).toHaveLength(2);
    expect((await own.api.delete(`/api/rate-cards/${newer.id}`)).status).toBe(204);
    expect((await own.api.get(`/api/rate-cards/${newer.id}`)).status).toBe(404);
    expect((await app.api.get('/api/analytics/costs?from=2024-01-01&to=2026-01-01')).body.type).toBe(
      'urn:drumbeat:problem:range_too_long',
    );
  });
});
