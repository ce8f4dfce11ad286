import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EventWants } from '../../../src/events/event-wants.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { runningCampaign, sentTo, shopOf } from '../../support/sent-campaign.js';
import { PHONE_NUMBER_ID } from '../../support/signed-webhooks.js';
import type { TestApp } from '../../support/test-app.js';
import { brokenInvariants, Shop, somebody, sqlOf, startShopApp } from '../../support/shop.js';
import { until } from '../../support/until.js';

const NOON = '2026-03-01T12:00:00Z';
const hours = (count: number): Date => new Date(Date.parse(NOON) + count * 3_600_000);

let app: TestApp;
let shop: Shop;
beforeAll(async () => {
  app = await startShopApp({ CLOCK: NOON });
  shop = await Shop.open(app);
});
afterEach(async () => {
  expect(await brokenInvariants(app)).toEqual({});
});
afterAll(async () => {
  await app.close();
});

const db = () => app.app.get(Database).manager;
const campaign = async (): Promise<string> =>
  runningCampaign(db(), await shopOf(db(), PHONE_NUMBER_ID), { at: hours(-100) });
const written = async (campaignId: string, phone: string, at: Date): Promise<string> => {
  const wamid = `wamid.out.${phone}.${at.getTime()}`;
  await sentTo(db(), await shopOf(db(), PHONE_NUMBER_ID), campaignId, { phone, wamid, at });
  return wamid;
};
const advance = async (duration: string): Promise<void> => {
  const { status } = await app.api.post('/api/dev/clock', { advance: duration });
  expect(status).toBe(200);
};

describe('an order that answers a campaign', () => {
  it('is counted for it: by the message it names, or by the latest within 72 hours', async () => {
    const [named, latest] = [await campaign(), await campaign()];
    const [ana, ben, cleo] = [somebody(), somebody(), somebody()];
    const wamid = await written(named, ana, hours(-80));
    await written(latest, ana, hours(-2));
    await written(latest, ben, hours(-71));
    await written(latest, cleo, hours(-73));
    const { sku } = await shop.product({ quantity: 10 });
    const lines = [{ sku, quantity: 2 }];
    const first = await shop.receive({ from: ana, lines, at: hours(0), context: wamid });
    const second = await shop.receive({ from: ben, lines, at: hours(0) });
    const third = await shop.receive({ from: cleo, lines, at: hours(0) });
    expect([first, second, third].map((order) => [order.campaignId, order.attribution])).toEqual([
      [named, 'context'],
      [latest, 'window'],
      [null, null],
    ]);
    await shop.post(second.id, 'payments', { amount: 150, method: 'cash' });
    const stats = async (id: string) => (await app.api.get(`/api/whatsapp/campaigns/${id}/stats`)).body;
    expect(await stats(latest)).toMatchObject({
      ...{ orders: 1, orderedValue: { INR: '200.00' }, revenue: { INR: '150.00' } },
      stats: { responded: 1 },
    });
    await shop.move(first.id, 'cancelled');
    expect(await stats(named)).not.toHaveProperty('orders');
  });
});

describe('what happens to an order', () => {
  it('is told to those who want to hear of it, with the order as the API shows it', async () => {
    app.app.get(EventWants, { strict: false }).always(['order.created', 'order.flagged']);
    app.app.get(EventWants, { strict: false }).always(['order.status_changed', 'payment.captured']);
    const { sku } = await shop.product({ quantity: 1 });
    const order = await shop.receive({ lines: [{ sku, quantity: 2 }], at: hours(0) });
    await shop.move(order.id, 'confirmed', { acceptFlags: true });
    await shop.post(order.id, 'payments', { amount: 200, method: 'cash' });
    const events = await sqlOf(app)(
      `SELECT kind, data->>'from' AS "from", data->>'to' AS "to", data->>'orderNumber' AS number,
              data->>'paysUp' AS "paysUp", jsonb_array_length(data->'items') AS items
         FROM domain_events WHERE object_id = $1 ORDER BY id`,
      [order.id],
    );
    const about = { number: order.orderNumber, items: 1, from: null, to: null, paysUp: null };
    expect(events).toEqual([
      { ...about, kind: 'order.created' },
      { ...about, kind: 'order.flagged' },
      { ...about, kind: 'order.status_changed', from: 'pending', to: 'confirmed' },
      { ...about, kind: 'payment.captured', paysUp: 'true' },
    ]);
  });

  it('is told when a move flags it', async () => {
    app.app.get(EventWants, { strict: false }).always(['order.flagged']);
    const { sku } = await shop.product({ quantity: 1 });
    const order = await shop.receive({ lines: [{ sku }], at: hours(0) });
    await shop.post(order.id, 'payments', { amount: 100, method: 'cash' });
    await shop.move(order.id, 'cancelled');
    const flagged = await sqlOf(app)(
      `SELECT data->'flags' AS flags FROM domain_events WHERE object_id = $1 AND kind = 'order.flagged'`,
      [order.id],
    );
    expect(flagged).toEqual([{ flags: ['refund_due'] }]);
  });
});

describe('figures', () => {
  it('of catalog and product follow the order, and count an order of two lines once', async () => {
    const own = await Shop.open(app);
    const [mug, shirt] = [await own.product({ quantity: 9 }), await own.product({ price: '50.00' })];
    const order = await own.receive({
      lines: [
        { sku: mug.sku, quantity: 3 },
        { sku: shirt.sku, price: 50 },
      ],
      at: hours(0),
    });
    await own.receive({ lines: [{ sku: mug.sku }], at: hours(0) });
    const catalog = async () => (await app.api.get(`/api/whatsapp/catalogs/${own.catalogId}`)).body;
    expect(await catalog()).toMatchObject({ totalOrders: 2, totalRevenue: '0.00' });
    await own.post(order.id, 'payments', { amount: 350, method: 'upi' });
    expect(await catalog()).toMatchObject({ totalOrders: 2, totalRevenue: '350.00' });
    const product = async () =>
      (await app.api.get(`/api/whatsapp/catalogs/${own.catalogId}/products/${mug.id}`)).body;
    expect(await product()).toMatchObject({ purchaseCount: 3, cartAddCount: 2 });
    const { body } = await own.stats('from=2026-03-01&to=2026-03-03');
    expect(body.sums).toMatchObject({ orders: 2, units: 4, cartAdds: 3, revenue: '350.00' });
    await own.move(order.id, 'cancelled');
    expect(await product()).toMatchObject({ purchaseCount: 0, cartAddCount: 2 });
    expect(await catalog()).toMatchObject({ totalOrders: 1 });
  });
});

describe('a product that is deleted', () => {
  it('leaves its open orders flagged and able to be settled', async () => {
    const { id, sku } = await shop.product({ quantity: 5 });
    const pending = await shop.receive({ lines: [{ sku }], at: hours(0) });
    const firm = await shop.receive({ lines: [{ sku, quantity: 2 }], at: hours(0) });
    await shop.move(firm.id, 'confirmed');
    await app.api.delete(`/api/whatsapp/catalogs/${shop.catalogId}/products/${id}`);
    expect(await shop.order(pending.id)).toMatchObject({
      ...{ flags: ['product_deleted'], items: [{ productId: id, productSku: sku, reservedQuantity: 0 }] },
    });
    const { status, body } = await shop.move(pending.id, 'confirmed');
    expect([status, body.type]).toEqual([422, 'urn:drumbeat:problem:needs_review']);
    expect((await shop.move(pending.id, 'confirmed', { acceptFlags: true })).body.flags).toEqual([]);
    const sent = await shop.post(firm.id, 'fulfill');
    expect([sent.status, sent.body.fulfillmentStatus]).toEqual([200, 'fulfilled']);
  });
});

describe('time', () => {
  it('ends reservations, and closes the window in which customers are told by text', async () => {
    const { id, sku } = await shop.product({ quantity: 5 });
    const order = await shop.receive({ lines: [{ sku, quantity: 2 }], at: hours(0) });
    const firm = await shop.receive({ lines: [{ sku, quantity: 1 }], at: hours(0) });
    await shop.move(firm.id, 'confirmed');
    await advance('PT25H');
    await until(
      () => shop.order(order.id),
      ({ flags }: any) => flags.includes('reservation_expired'),
    );
    expect(await shop.stock(id)).toEqual({ quantity: 4, reserved: 1 });
    expect(await shop.order(order.id)).toMatchObject({
      status: 'pending',
      needsReview: false,
      reservedUntil: null,
    });
    // Money that comes after the end reserves again.
    const paid = await shop.post(order.id, 'payments', { amount: 200, method: 'bank_transfer' });
    expect(paid.body).toMatchObject({ status: 'confirmed', flags: [], items: [{ reservedQuantity: 2 }] });
    expect(paid.body.messages.at(-1)).toMatchObject({
      event: 'paid',
      messageId: null,
      notSentReason: 'window_closed',
    });

    const [sender] = await sqlOf(app)(
      `UPDATE senders SET business_account_id = '102290129340398' WHERE phone_number_id = $1
       RETURNING organization_id, business_account_id`,
      [PHONE_NUMBER_ID],
    ).then((result) => result[0] as unknown as Record<string, string>[]);
    await sqlOf(app)(
      `INSERT INTO whatsapp_templates (organization_id, business_account_id, meta_template_id, name, language, category,
                                       status, parameter_format, components, synced_at, created_at, updated_at)
       VALUES ($1, $2, '77', 'order_news', 'en', 'UTILITY', 'APPROVED', 'POSITIONAL', $3, now(), now(), now())`,
      [
        sender?.['organization_id'],
        sender?.['business_account_id'],
        JSON.stringify([
          { type: 'BODY', text: 'Order {{1}} is {{2}}.', example: { body_text: [['a', 'b']] } },
        ]),
      ],
    );
    const template = {
      ...{ templateName: 'order_news', templateLanguage: 'en' },
      templateVariables: { '1': '{{orderNumber}}', '2': '{{status}}' },
    };
    const { status } = await shop.settings({ messages: { cancelled: template } });
    expect(status).toBe(200);
    await shop.move(firm.id, 'cancelled');
    const [message] = await sqlOf(app)(
      `SELECT b.payload FROM whatsapp_order_messages n JOIN message_outbox b ON b.dedupe_key = n.dedupe_key
        WHERE n.order_id = $1 AND n.event = 'cancelled'`,
      [firm.id],
    );
    expect(message?.['payload']).toMatchObject({
      ...{ type: 'template', template: { name: 'order_news', language: { code: 'en' } } },
    });
    expect(JSON.stringify(message?.['payload'])).toContain(`${firm.orderNumber}`);
  });
});
