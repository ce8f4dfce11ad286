import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EventWants } from '../../../src/events/event-wants.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { runningCampaign, sentTo, shopOf } from '../../support/sent-campaign.js';
import { brokenInvariants, Shop, somebody, sqlOf, startShopApp } from '../../support/shop.js';
import { PHONE_NUMBER_ID } from '../../support/signed-webhooks.js';
import { newOrganization, type TestApp } from '../../support/test-app.js';

const NOON = '2026-03-01T12:00:00Z';
const at = new Date(NOON);
const AT_ONCE = 20;
const ABSENT = '01920000-0000-7000-8000-000000000000';

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

const codeOf = ({ status, body }: { status: number; body: any }) => [
  status,
  body.type?.replace('urn:drumbeat:problem:', ''),
];
const counted = (answers: readonly { status: number; body: any }[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const key = codeOf(answer).filter(Boolean).join(' ');
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};
const moves = ({ history }: any) =>
  history.filter(({ kind }: any) => kind === 'status').map(({ to, actor }: any) => [to, actor]);

/** A confirmed order that is paid in full. */
async function paidOrder({ quantity = 3, price = '100.00', stock = 10, own = shop } = {}) {
  const product = await own.product({ price, quantity: stock });
  const lines = [{ sku: product.sku, quantity, price: Number(price) }];
  const order = await own.receive({ lines, at });
  const { body } = await own.post(order.id, 'payments', { amount: order.total, method: 'bank_transfer' });
  if (body.status !== 'confirmed') throw new Error(JSON.stringify(body));
  return { product, id: order.id as string, item: order.items[0].id as string, order: body };
}

describe('a refund by hand', () => {
  it('of some units gives back their share, their stock and tells the customer once', async () => {
    const { product, id, item } = await paidOrder();
    const body = { items: [{ itemId: item, quantity: 2 }], reason: 'Sold out' };
    const refunded = await shop.post(id, 'refunds', body);
    expect(refunded.status).toBe(201);
    expect(refunded.body).toMatchObject({
      ...{
        status: 'confirmed',
        paymentStatus: 'partially_refunded',
        refundedAmount: '200.00',
        balance: '200.00',
      },
      items: [{ cancelledQuantity: 2, returnedQuantity: 0, reservedQuantity: 1, refundedAmount: '200.00' }],
      refunds: [
        {
          ...{ state: 'succeeded', amount: '200.00', shipping: '0.00', reason: 'Sold out', error: null },
          items: [{ itemId: item, quantity: 2, amount: '200.00' }],
        },
      ],
    });
    expect(refunded.body.history.at(-1)).toMatchObject({
      ...{ kind: 'refund', from: null, to: 'succeeded', actor: 'key', reason: 'Sold out' },
      data: { amount: '200.00', refundId: refunded.body.refunds[0].id },
    });
    expect(refunded.body.messages.map(({ event }: any) => event)).toEqual(['received', 'paid', 'refunded']);
    const [told] = await sqlOf(app)(
      `SELECT b.payload FROM whatsapp_order_messages n JOIN message_outbox b ON b.dedupe_key = n.dedupe_key
        WHERE n.order_id = $1 AND n.event = 'refunded'`,
      [id],
    );
    expect(told?.['payload'].text.body).toContain('INR 200.00');
    expect(await shop.stock(product.id)).toEqual({ quantity: 9, reserved: 1 });
    const sent = await shop.post(id, 'fulfill');
    expect(sent.body).toMatchObject({ fulfillmentStatus: 'fulfilled', items: [{ fulfilledQuantity: 1 }] });
  });

  it('of every unit before anything is sent cancels the order, and with the last money it is refunded', async () => {
    const { product, id, item } = await paidOrder();
    const { body } = await shop.post(id, 'refunds', { items: [{ itemId: item, quantity: 3 }] });
    expect(body).toMatchObject({
      status: 'refunded',
      paymentStatus: 'refunded',
      flags: [],
      allowedMoves: [],
    });
    expect(moves(body)).toEqual([
      ['confirmed', 'system'],
      ['cancelled', 'system'],
      ['refunded', 'system'],
    ]);
    expect(body.messages.map(({ event }: any) => event)).toEqual(['received', 'paid', 'refunded']);
    expect(await shop.stock(product.id)).toEqual({ quantity: 10, reserved: 0 });
    expect(codeOf(await shop.post(id, 'refunds', { amount: 1 }))).toEqual([422, 'exceeds_paid']);
  });

  it('of every unit but not all the money leaves it cancelled and flagged until the rest is back', async () => {
    const { id, item } = await paidOrder();
    const part = await shop.post(id, 'refunds', { items: [{ itemId: item, quantity: 3 }], amount: '250.00' });
    expect(part.body).toMatchObject({ status: 'cancelled', flags: ['refund_due'], refundedAmount: '250.00' });
    const rest = await shop.post(id, 'refunds', { amount: 50 });
    expect(rest.body).toMatchObject({ status: 'refunded', flags: [], refundedAmount: '300.00' });
  });

  it('of a cancelled order ends it as refunded, without counting it again', async () => {
    const own = await Shop.open(app);
    const { product, id } = await paidOrder({ own });
    const cancelled = await own.move(id, 'cancelled');
    expect(cancelled.body).toMatchObject({ status: 'cancelled', flags: ['refund_due'] });
    const { body } = await own.post(id, 'refunds', { amount: '300.00' });
    expect(body).toMatchObject({ status: 'refunded', flags: [] });
    const catalog = await app.api.get(`/api/whatsapp/catalogs/${own.catalogId}`);
    expect(catalog.body).toMatchObject({ totalOrders: 0, totalRevenue: '0.00' });
    const shown = await app.api.get(`/api/whatsapp/catalogs/${own.catalogId}/products/${product.id}`);
    expect(shown.body).toMatchObject({ purchaseCount: 0 });
  });

  it.each([
    [true, { quantity: 8, reserved: 0 }],
    [false, { quantity: 7, reserved: 0 }],
  ])('of delivered units takes them back, and restocks them if asked (%s)', async (restock, stock) => {
    const { product, id, item } = await paidOrder();
    await shop.post(id, 'fulfill');
    await shop.move(id, 'completed');
    const { body } = await shop.post(id, 'refunds', { items: [{ itemId: item, quantity: 1, restock }] });
    expect(body).toMatchObject({
      ...{ status: 'completed', fulfillmentStatus: 'fulfilled', refundedAmount: '100.00' },
      items: [{ cancelledQuantity: 0, returnedQuantity: 1 }],
    });
    expect(await shop.stock(product.id)).toEqual(stock);
    const all = await shop.post(id, 'refunds', { items: [{ itemId: item, quantity: 2 }] });
    expect(all.body).toMatchObject({ status: 'refunded', paymentStatus: 'refunded' });
    expect(moves(all.body).at(-1)).toEqual(['refunded', 'system']);
  });

  it('of everything that was delivered closes an order that nobody completed', async () => {
    const { id, item } = await paidOrder();
    await shop.post(id, 'fulfill');
    const { body } = await shop.post(id, 'refunds', { items: [{ itemId: item, quantity: 3 }] });
    expect(moves(body).slice(-3)).toEqual([
      ['processing', 'system'],
      ['completed', 'system'],
      ['refunded', 'system'],
    ]);
  });

  it('of all the money ends the order that is cancelled afterwards as refunded', async () => {
    const { id } = await paidOrder();
    await shop.post(id, 'refunds', { amount: '300.00' });
    expect((await shop.move(id, 'cancelled')).body).toMatchObject({ status: 'refunded', flags: [] });
  });

  it('of some units leaves nothing to pay for them, by hand or by request, and the order can complete', async () => {
    const product = await shop.product({ price: '100.00', quantity: 10 });
    const order = await shop.receive({ lines: [{ sku: product.sku, quantity: 3, price: 100 }], at });
    const { id } = order;
    await shop.post(id, 'payments', { amount: '150.00', method: 'cash' });
    const item = order.items[0].id;
    const back = await shop.post(id, 'refunds', { items: [{ itemId: item, quantity: 1 }] });
    expect(back.body).toMatchObject({ status: 'pending', refundedAmount: '100.00', balance: '250.00' });
    const more = await shop.post(id, 'payments', { amount: '150.01', method: 'cash' });
    expect(codeOf(more)).toEqual([422, 'exceeds_total']);
    const paid = await shop.post(id, 'payments', { amount: '150.00', method: 'cash' });
    expect(paid.body).toMatchObject({ status: 'confirmed', balance: '100.00' });
    expect(codeOf(await shop.post(id, 'payment-requests'))).toEqual([422, 'nothing_due']);
    await shop.post(id, 'fulfill');
    expect((await shop.move(id, 'completed')).body).toMatchObject({ status: 'completed' });
  });

  it('of the surplus takes back that too much was paid', async () => {
    const { id } = await paidOrder();
    await sqlOf(app)(`UPDATE whatsapp_payments SET captured_amount = 350 WHERE order_id = $1`, [id]);
    await sqlOf(app)(
      `UPDATE whatsapp_orders SET paid_amount = 350, flags = ARRAY['overpaid'] WHERE id = $1`,
      [id],
    );
    expect((await shop.post(id, 'refunds', { amount: '49.00' })).body.flags).toEqual(['overpaid']);
    expect((await shop.post(id, 'refunds', { amount: '1.00' })).body.flags).toEqual([]);
  });

  it('of an amount changes no unit, and an order with something to deliver goes on', async () => {
    const { product, id } = await paidOrder();
    const { body } = await shop.post(id, 'refunds', { amount: '300.00' });
    expect(body).toMatchObject({
      ...{
        status: 'confirmed',
        paymentStatus: 'refunded',
        items: [{ cancelledQuantity: 0, refundedAmount: '0.00' }],
      },
      refunds: [{ amount: '300.00', items: [] }],
    });
    expect(await shop.stock(product.id)).toEqual({ quantity: 7, reserved: 3 });
  });

  it('goes from the newest payment backwards, a row for each, or from the one that is named', async () => {
    const product = await shop.product({ quantity: 10 });
    const order = await shop.receive({ lines: [{ sku: product.sku, quantity: 3 }], at });
    const item = order.items[0].id;
    const payments: string[] = [];
    for (const amount of ['100.00', '50.00', '150.00']) {
      const { body } = await shop.post(order.id, 'payments', { amount, method: 'cash' });
      payments.push(body.payments.at(-1).id);
    }
    const first = await shop.post(order.id, 'refunds', { amount: 30, paymentId: payments[0] });
    expect(first.body.refunds).toMatchObject([{ paymentId: payments[0], amount: '30.00' }]);
    const { body } = await shop.post(order.id, 'refunds', { items: [{ itemId: item, quantity: 3 }] });
    expect(body.refunds.slice(1)).toMatchObject([
      { paymentId: payments[2], amount: '150.00', items: [{ quantity: 3, amount: '150.00' }] },
      { paymentId: payments[1], amount: '50.00', items: [{ quantity: 0, amount: '50.00' }] },
      { paymentId: payments[0], amount: '70.00', items: [{ quantity: 0, amount: '70.00' }] },
    ]);
    expect(body.messages.filter(({ event }: any) => event === 'refunded')).toHaveLength(2);
    expect(body).toMatchObject({ status: 'refunded', refundedAmount: '300.00' });
  });

  it('knows discount, tax on top and shipping to the cent', async () => {
    const own = await Shop.open(app, { taxPercent: '18', pricesIncludeTax: false });
    const product = await own.product({ price: '33.33', quantity: 10 });
    const order = await own.receive({ lines: [{ sku: product.sku, quantity: 3, price: 33.33 }], at });
    const { body: priced } = await app.api.put(`/api/whatsapp/orders/${order.id}`, {
      ...{ discount: '10.00', shippingFee: '49.50' },
    });
    expect(priced.total).toBe('157.49');
    await own.post(order.id, 'payments', { amount: priced.total, method: 'upi' });
    const shares: string[] = [];
    for (const shipping of [false, true, true]) {
      const asked = { items: [{ itemId: order.items[0].id, quantity: 1 }], shipping };
      const { body } = await own.post(order.id, 'refunds', asked);
      shares.push(body.refunds.at(-1).amount);
    }
    expect(shares).toEqual(['36.00', '85.49', '36.00']);
    expect(await own.order(order.id)).toMatchObject({
      ...{
        status: 'refunded',
        refundedAmount: '157.49',
        balance: '157.49',
        items: [{ refundedAmount: '107.99' }],
      },
    });
  });

  it('in yen gives back whole yen', async () => {
    const own = await Shop.open(app, { currency: 'JPY' });
    const product = await own.product({ price: 1000, quantity: 10 });
    const lines = [{ sku: product.sku, quantity: 3, price: 1000, currency: 'JPY' }];
    const order = await own.receive({ lines, at });
    await app.api.put(`/api/whatsapp/orders/${order.id}`, { discount: 100 });
    await own.post(order.id, 'payments', { amount: 2900, method: 'cash' });
    const one = { items: [{ itemId: order.items[0].id, quantity: 1 }] };
    expect(codeOf(await own.post(order.id, 'refunds', { amount: '0.50' }))[0]).toBe(400);
    const shares: string[] = [];
    for (let n = 0; n < 3; n++)
      shares.push((await own.post(order.id, 'refunds', one)).body.refunds.at(-1).amount);
    expect(shares).toEqual(['967.00', '966.00', '967.00']);
  });

  it('is refused as a whole', async () => {
    const { id, item } = await paidOrder();
    const other = await paidOrder();
    const unpaid = await shop.receive({ lines: [{ sku: other.product.sku }], at });
    const refuse = async (body: object, ref = id) => codeOf(await shop.post(ref, 'refunds', body));
    const one = { itemId: item, quantity: 1 };
    expect(await refuse({})).toEqual([400, 'invalid_request']);
    expect(await refuse({ shipping: true })).toEqual([400, 'invalid_request']);
    expect(await refuse({ items: [] })).toEqual([400, 'invalid_request']);
    expect(await refuse({ items: [one, one] })).toEqual([400, 'invalid_request']);
    expect(await refuse({ items: [{ itemId: item, quantity: 1.5 }] })).toEqual([400, 'invalid_request']);
    expect(await refuse({ items: [one], notify: false })).toEqual([400, 'invalid_request']);
    for (const amount of [0, -1, '1.234', 'much', 1e21, true]) {
      expect((await refuse({ amount }))[0]).toBe(400);
    }
    expect(await refuse({ amount: '300.01' })).toEqual([422, 'exceeds_paid']);
    expect(await refuse({ amount: 1 }, unpaid.id)).toEqual([422, 'exceeds_paid']);
    expect(await refuse({ items: [{ itemId: unpaid.items[0].id, quantity: 1 }] }, unpaid.id)).toEqual([
      ...[422, 'exceeds_paid'],
    ]);
    expect(await refuse({ items: [{ itemId: item, quantity: 4 }] })).toEqual([422, 'exceeds_quantity']);
    expect(await refuse({ items: [{ itemId: item, quantity: 0 }] })).toEqual([422, 'bad_quantity']);
    expect(await refuse({ items: [one, { itemId: other.item, quantity: 1 }] })).toEqual([
      404,
      'item_not_found',
    ]);
    expect(await refuse({ amount: 1, paymentId: other.order.payments[0].id })).toEqual([
      ...[404, 'payment_not_found'],
    ]);
    expect(await refuse({ amount: 1, paymentId: ABSENT })).toEqual([404, 'payment_not_found']);
    expect(await refuse({ amount: 1 }, ABSENT)).toEqual([404, 'order_not_found']);
    expect(await shop.order(id)).toMatchObject({
      refunds: [],
      refundedAmount: '0.00',
      items: [{ cancelledQuantity: 0 }],
    });
  });

  it('needs the scope, and sees no order of another organization', async () => {
    const { id } = await paidOrder();
    const stranger = await newOrganization(app.api);
    const path = `/api/whatsapp/orders/${id}/refunds`;
    expect(codeOf(await stranger.api.post(path, { amount: 1 }))).toEqual([404, 'order_not_found']);
    expect(codeOf(await stranger.api.post(`${path}/${ABSENT}/settle`, { succeeded: true }))).toEqual([
      ...[404, 'order_not_found'],
    ]);
    const { body } = await app.api.post('/api/keys', { name: 'reader', scopes: ['orders:read'] });
    const reader = app.api.withKey(body.key);
    expect((await reader.post(path, { amount: 1 })).status).toBe(403);
    expect((await shop.order(id)).refunds).toEqual([]);
  });

  it('is written into the audit log and told to those who want to hear of it', async () => {
    app.app.get(EventWants, { strict: false }).always(['refund.succeeded', 'order.status_changed']);
    const { id, item } = await paidOrder();
    const { body } = await shop.post(id, 'refunds', { items: [{ itemId: item, quantity: 3 }] });
    const events = await sqlOf(app)(
      `SELECT kind, data->>'to' AS "to", data->>'amount' AS amount, data->>'refundId' AS refund,
              data->>'refundedAmount' AS sum, jsonb_array_length(data->'items') AS items
         FROM domain_events WHERE object_id = $1 AND (kind = 'refund.succeeded' OR data->>'to' <> 'confirmed')
        ORDER BY id`,
      [id],
    );
    const about = { sum: '300.00', items: 1 };
    expect(events).toEqual([
      { ...about, kind: 'refund.succeeded', to: null, amount: '300.00', refund: body.refunds[0].id },
      { ...about, kind: 'order.status_changed', to: 'cancelled', amount: null, refund: null },
      { ...about, kind: 'order.status_changed', to: 'refunded', amount: null, refund: null },
    ]);
    const audit = await app.api.get('/api/audit?limit=50');
    expect(JSON.stringify(audit.body)).toContain('POST /api/whatsapp/orders/:id/refunds');
  });
});

describe('what is earned', () => {
  it('by catalog, product and campaign is what was captured less what went back', async () => {
    const own = await Shop.open(app);
    const db = app.app.get(Database).manager;
    const sender = await shopOf(db, PHONE_NUMBER_ID);
    const campaign = await runningCampaign(db, sender, { at: new Date(at.getTime() - 3_600_000) });
    const phone = somebody();
    await sentTo(db, sender, campaign, {
      phone,
      wamid: `wamid.out.${phone}`,
      at: new Date(at.getTime() - 60_000),
    });
    const product = await own.product({ quantity: 10 });
    const order = await own.receive({ from: phone, lines: [{ sku: product.sku, quantity: 4 }], at });
    await own.post(order.id, 'payments', { amount: 400, method: 'cash' });
    const figures = async () => {
      const stats = await app.api.get(`/api/whatsapp/campaigns/${campaign}/stats`);
      const catalog = await app.api.get(`/api/whatsapp/catalogs/${own.catalogId}`);
      const shown = await app.api.get(`/api/whatsapp/catalogs/${own.catalogId}/products/${product.id}`);
      return [
        stats.body.revenue?.INR,
        catalog.body.totalRevenue,
        shown.body.purchaseCount,
        stats.body.orders,
      ];
    };
    expect(await figures()).toEqual(['400.00', '400.00', 4, 1]);
    const one = { items: [{ itemId: order.items[0].id, quantity: 1 }] };
    await own.post(order.id, 'refunds', one);
    expect(await figures()).toEqual(['300.00', '300.00', 3, 1]);
    await own.post(order.id, 'refunds', { amount: 20 });
    expect(await figures()).toEqual(['280.00', '280.00', 3, 1]);
    await own.post(order.id, 'refunds', { items: [{ itemId: order.items[0].id, quantity: 3 }] });
    expect((await own.order(order.id)).status).toBe('refunded');
    expect((await figures()).slice(1, 3)).toEqual(['0.00', 0]);
  });
});

describe('many at once', () => {
  it.each([
    ['the whole amount', (): object => ({ amount: '300.00' }), { '201': 1, '422 exceeds_paid': AT_ONCE - 1 }],
    ['a quarter', (): object => ({ amount: '75.00' }), { '201': 4, '422 exceeds_paid': AT_ONCE - 4 }],
    [
      'one of three units',
      (itemId: string): object => ({ items: [{ itemId, quantity: 1 }] }),
      { '201': 3, '422 exceeds_quantity': AT_ONCE - 3 },
    ],
  ])('refunds of %s never give back more than was paid', async (_, bodyOf, outcome) => {
    const { id, item } = await paidOrder();
    const body = bodyOf(item);
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => shop.post(id, 'refunds', body)));
    expect(counted(answers)).toEqual(outcome);
    expect(await shop.order(id)).toMatchObject({ refundedAmount: '300.00', paymentStatus: 'refunded' });
  });

  it('with one idempotency key are one refund', async () => {
    const { id } = await paidOrder();
    const headers = { 'idempotency-key': `refund-${id}` };
    const path = `/api/whatsapp/orders/${id}/refunds`;
    const ask = () => app.api.post(path, { amount: 10 }, { headers });
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    const again = await ask();
    expect([again.status, again.body.refunds.length]).toEqual([201, 1]);
    expect((await shop.order(id)).refundedAmount).toBe('10.00');
  });

  it('refunds, fulfilments and a cancellation agree on every unit', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, item } = await paidOrder({ quantity: 5 });
      const one = { items: [{ itemId: item, quantity: 1 }] };
      const answers = await Promise.all([
        ...Array.from({ length: 6 }, () => shop.post(id, 'refunds', one)),
        ...Array.from({ length: 6 }, () => shop.post(id, 'fulfill', one)),
        shop.move(id, 'cancelled'),
        shop.post(id, 'refunds', { amount: 200 }),
      ]);
      expect(answers.every(({ status }) => status < 500)).toBe(true);
      expect(await brokenInvariants(app)).toEqual({});
    }
  });
});
