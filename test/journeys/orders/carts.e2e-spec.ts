import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EventWants } from '../../../src/events/event-wants.service.js';
import { brokenInvariants, Shop, somebody, sqlOf, startShopApp, tapOf, wordsOf } from '../../support/shop.js';
import { newOrganization, type TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';

const NOON = '2026-03-01T12:00:00Z';
const at = (minutes = 0): Date => new Date(Date.parse(NOON) + minutes * 60_000);
const AT_ONCE = 20;
const CARTS = '/api/whatsapp/carts';

let app: TestApp;
let shop: Shop;
beforeAll(async () => {
  app = await startShopApp({ CLOCK: NOON });
  shop = await Shop.open(app, { taxPercent: '5' });
  app.app.get(EventWants, { strict: false }).always(['cart.converted']);
});
afterEach(async () => {
  expect(await brokenInvariants(app)).toEqual({});
});
afterAll(async () => {
  await app.close();
});

const post = (path: string, body: object = {}) => app.api.post(`${CARTS}/${path}`, body);
const put = (path: string, body: object) => app.api.put(`${CARTS}/${path}`, body);
const cartOf = async (id: string): Promise<any> => (await app.api.get(`${CARTS}/${id}`)).body;
const build = async (items: object[], more: object = {}): Promise<any> => {
  const { catalogId } = shop;
  const body = { phoneNumber: somebody(), catalogId, items, ...more };
  const answer = await app.api.post(CARTS, body);
  expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
  return answer.body;
};
const codeOf = async (answer: Promise<{ status: number; body: any }>) => {
  const { status, body } = await answer;
  return [status, body.type?.replace('urn:drumbeat:problem:', '')];
};
const statuses = (answers: readonly { status: number }[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const sentTo = (id: string, kind: string) =>
  sqlOf(app)('SELECT payload, state FROM message_outbox WHERE dedupe_key LIKE $1 ORDER BY id', [
    `cart:${id}:${kind}:%`,
  ]);
const pricey = (productId: string, price: string) =>
  app.api.put(`/api/whatsapp/catalogs/${shop.catalogId}/products/${productId}`, { price });
/** A person who has just written, with a cart that was sent to them. */
const sentCart = async (items: object[], more: object = {}): Promise<{ from: string; id: string }> => {
  const from = somebody();
  await tellWebhook(app, wordsOf(from, at()));
  const { id } = await build(items, { phoneNumber: from, ...more });
  expect((await post(`${id}/send`)).status).toBe(202);
  return { from, id };
};

describe('a cart', () => {
  it('is built, changed and ended, with sums that follow the catalog', async () => {
    const mug = await shop.product({ price: '105.00', quantity: 5 });
    const shirt = await shop.product({ price: '50.00', salePrice: '42.00' });
    const from = somebody();
    const cart = await build([{ sku: mug.sku, quantity: 2, notes: 'Blue' }], {
      phoneNumber: from,
      notes: 'For Diwali',
    });
    expect(cart).toMatchObject({
      ...{ status: 'active', source: 'api', phoneNumber: from, currency: 'INR', notes: 'For Diwali' },
      ...{ subtotal: '210.00', tax: '10.00', discount: '0.00', total: '210.00', orderId: null },
      expiresAt: expect.stringMatching(/^2026-03-08T12:0/),
      items: [{ sku: mug.sku, quantity: 2, unitPrice: '105.00', priceChanged: false, notes: 'Blue' }],
    });
    const added = await post(`${cart.id}/items`, { productId: shirt.id, quantity: 1 });
    expect([added.status, added.body.total]).toEqual([201, '252.00']);
    const more = await post(`${cart.id}/items`, { items: [{ sku: shirt.sku, quantity: 2 }] });
    expect(more.body.items.map(({ quantity }: any) => quantity)).toEqual([2, 3]);

    await pricey(mug.id, '120.00');
    const moved = await cartOf(cart.id);
    expect(moved).toMatchObject({
      total: '366.00',
      items: [{ unitPrice: '120.00', priceChanged: true }, {}],
    });
    const [first] = moved.items;
    const changed = await put(`${cart.id}/items/${first.id}`, { quantity: 1 });
    expect(changed.body).toMatchObject({ total: '246.00', items: [{ priceChanged: false }, {}] });
    const kept = await sqlOf(app)('SELECT total FROM whatsapp_carts WHERE id = $1', [cart.id]);
    expect(kept).toEqual([{ total: '246.00' }]);
    expect((await app.api.delete(`${CARTS}/${cart.id}/items/${first.id}`)).status).toBe(204);
    const whole = await put(cart.id, { items: [{ sku: mug.sku, quantity: 1 }], notes: null });
    expect(whole.body).toMatchObject({ notes: null, total: '120.00', items: [{ sku: mug.sku }] });

    expect((await app.api.delete(`${CARTS}/${cart.id}`)).status).toBe(204);
    expect((await cartOf(cart.id)).status).toBe('expired');
    expect(await codeOf(post(`${cart.id}/items`, { sku: mug.sku, quantity: 1 }))).toEqual([
      409,
      'cart_closed',
    ]);
    expect(await codeOf(post(`${cart.id}/checkout`))).toEqual([409, 'cart_closed']);
    expect(await codeOf(app.api.delete(`${CARTS}/${cart.id}`))).toEqual([409, 'cart_closed']);
    const listed = await app.api.get(
      `${CARTS}?status=expired&source=api&phoneNumber=${encodeURIComponent(from)}`,
    );
    expect(listed.body.data.map(({ id }: any) => id)).toEqual([cart.id]);
  });

  it('refuses what it cannot hold', async () => {
    const { id: productId, sku } = await shop.product();
    const group = await shop.product();
    const variants = `/api/whatsapp/catalogs/${shop.catalogId}/products/${group.id}/variants`;
    const variant = { sku: `${group.sku}-V`, name: 'V', price: 7, options: { size: 'S' } };
    const { id: variantId } = (await app.api.post(variants, variant)).body;
    const other = await Shop.open(app);
    const foreign = await other.product();
    const { catalogId } = shop;
    const phoneNumber = somebody();
    const create = (items: object[], more: object = {}) =>
      codeOf(app.api.post(CARTS, { phoneNumber, catalogId, items, ...more }));
    const [, invalid] = await create([{ sku, quantity: 0 }]);
    expect(await create([{ sku, quantity: 1 }], { phoneNumber: undefined })).toEqual([400, invalid]);
    expect(await create([{ sku, quantity: 1 }], { customerId: productId })).toEqual([400, invalid]);
    expect(await create([{ sku, productId, quantity: 1 }])).toEqual([400, invalid]);
    for (const quantity of [-1, 1.5, '2', 1e9, 10_000])
      expect((await create([{ sku, quantity }]))[0]).toBe(400);
    expect((await create([], { expiresAt: '2026-02-01T00:00:00Z' }))[0]).toBe(400);
    expect((await create([{ sku, quantity: 1, customFields: { text: 'x'.repeat(10_001) } }]))[0]).toBe(400);
    expect(await create([], { catalogId: productId })).toEqual([404, 'catalog_not_found']);
    expect(await create([{ sku: 'NOT-OURS', quantity: 1 }])).toEqual([404, 'product_not_found']);
    expect(await create([{ productId: foreign.id, quantity: 1 }])).toEqual([404, 'product_not_found']);
    expect(await create([{ productId, variantId, quantity: 1 }])).toEqual([404, 'variant_not_found']);
    expect(await create([{ productId: group.id, quantity: 1 }])).toEqual([422, 'variant_needed']);
    expect(await create([], { phoneNumber: undefined, customerId: productId })).toEqual([
      404,
      'customer_not_found',
    ]);
    const cart = await build([{ productId: group.id, variantId, quantity: 1 }]);
    expect(cart.items).toMatchObject([{ sku: variant.sku, variantId, unitPrice: '7.00' }]);
    await post(`${cart.id}/items`, { sku, quantity: 9_999 });
    expect(await codeOf(post(`${cart.id}/items`, { sku, quantity: 1 }))).toEqual([422, 'quantity_too_large']);
    expect((await post(`${cart.id}/items`, { items: [], sku, quantity: 1 })).status).toBe(400);

    const stranger = await newOrganization(app.api);
    const item = cart.items[0].id;
    for (const refused of [
      stranger.api.get(`${CARTS}/${cart.id}`),
      stranger.api.put(`${CARTS}/${cart.id}`, { notes: 'mine' }),
      stranger.api.delete(`${CARTS}/${cart.id}`),
      stranger.api.post(`${CARTS}/${cart.id}/items`, { sku, quantity: 1 }),
      stranger.api.put(`${CARTS}/${cart.id}/items/${item}`, { quantity: 2 }),
      stranger.api.delete(`${CARTS}/${cart.id}/items/${item}`),
      stranger.api.post(`${CARTS}/${cart.id}/send`, {}),
      stranger.api.post(`${CARTS}/${cart.id}/checkout`, {}),
    ])
      expect(await codeOf(refused)).toEqual([404, 'cart_not_found']);
    expect(await codeOf(stranger.api.post(CARTS, { phoneNumber, catalogId, items: [] }))).toEqual([
      ...[404, 'catalog_not_found'],
    ]);
    const reader = await newOrganization(app.api, ['orders:read']);
    expect((await reader.api.post(`${CARTS}/${cart.id}/checkout`, {})).status).toBe(403);
  });

  it('is sent with buttons inside the service window, and not outside without a template', async () => {
    const { sku } = await shop.product({ price: '20.00' });
    const far = await build([{ sku, quantity: 1 }]);
    expect(await codeOf(post(`${far.id}/send`))).toEqual([422, 'window_closed']);
    const empty = await build([]);
    await tellWebhook(app, wordsOf(empty.phoneNumber, at()));
    expect(await codeOf(post(`${empty.id}/send`))).toEqual([422, 'cart_empty']);
    const { id, from } = await sentCart([{ sku, quantity: 3 }]);
    expect(await cartOf(id)).toMatchObject({
      ...{ status: 'checkout', checkoutAt: expect.any(String) },
      messages: [{ kind: 'summary', notSentReason: null, messageId: expect.any(String) }],
    });
    const [message] = await sentTo(id, 'summary');
    const { interactive } = message?.['payload'] ?? {};
    expect(interactive.body.text).toContain('Total: INR 60.00');
    expect(interactive.action.buttons.map(({ reply }: any) => [reply.id, reply.title])).toEqual([
      [`cart:${id}:order`, 'Place order'],
      [`cart:${id}:change`, 'Change'],
    ]);
    await tellWebhook(app, wordsOf(from, at(), 'STOP'));
    expect(await codeOf(post(`${id}/send`))).toEqual([422, 'unsubscribed']);
  });
});

describe('checkout', () => {
  it('makes an order in the same way as the chat does', async () => {
    const { id: productId, sku } = await shop.product({ price: '105.00', quantity: 5 });
    const cart = await build([{ sku, quantity: 2, customFields: { engraving: 'A' } }], {
      notes: 'Ring twice',
    });
    const { status, body: order } = await post(`${cart.id}/checkout`, {
      ...{ customerName: 'Asha Rao', customerEmail: 'asha@example.com', shippingFee: '40.00', discount: 10 },
      shippingAddress: { line1: 'MG Road 1', city: 'Pune' },
    });
    expect(status).toBe(201);
    expect(order).toMatchObject({
      ...{ source: 'api', cartId: cart.id, status: 'pending', customerName: 'Asha Rao', flags: [] },
      ...{ subtotal: '210.00', tax: '10.00', shippingFee: '40.00', discount: '10.00', total: '240.00' },
      ...{ customerNotes: 'Ring twice', shippingAddress: { city: 'Pune' }, phoneNumber: cart.phoneNumber },
      items: [
        { reservedQuantity: 2, priceSource: 'price', shownPrice: null, customFields: { engraving: 'A' } },
      ],
      history: [{ kind: 'created', actor: 'key' }],
      messages: [{ event: 'received', notSentReason: 'window_closed' }],
    });
    expect(order.orderNumber).toMatch(/^ORD-2026-\d{6}$/);
    expect(await shop.stock(productId)).toEqual({ quantity: 3, reserved: 2 });
    expect(await cartOf(cart.id)).toMatchObject({
      ...{ status: 'converted', orderId: order.id, discount: '10.00', total: '200.00' },
    });
    await pricey(productId, '999.00');
    expect(await cartOf(cart.id)).toMatchObject({ items: [{ unitPrice: '105.00', priceChanged: false }] });
    expect(await codeOf(post(`${cart.id}/checkout`))).toEqual([409, 'cart_closed']);
    const events = await sqlOf(app)(
      `SELECT data->>'status' AS status, data->>'orderId' AS "orderId", data->'items'->0->>'sku' AS sku
         FROM domain_events WHERE kind = 'cart.converted' AND object_id = $1`,
      [cart.id],
    );
    expect(events).toEqual([{ status: 'converted', orderId: order.id, sku }]);
  });

  it('also tells of the carts that customers send', async () => {
    const { sku } = await shop.product();
    const order = await shop.receive({ lines: [{ sku }], at: at() });
    const events = await sqlOf(app)(
      `SELECT data->>'orderId' AS "orderId", data->>'source' AS source FROM domain_events
        WHERE kind = 'cart.converted' AND object_id = $1`,
      [order.cartId],
    );
    expect(events).toEqual([{ orderId: order.id, source: 'message' }]);
  });

  it('is refused as long as something is short, unless the caller accepts it', async () => {
    const { id: productId, sku } = await shop.product({ quantity: 1 });
    const plenty = await shop.product({ quantity: 9 });
    const items = [
      { sku: plenty.sku, quantity: 1 },
      { sku, quantity: 2 },
    ];
    const cart = await build(items);
    for (const reservationMinutes of [0, 1_440]) {
      await shop.settings({ reservationMinutes });
      expect(await codeOf(post(`${cart.id}/checkout`))).toEqual([422, 'stock_short']);
      expect(await shop.stock(plenty.id)).toEqual({ quantity: 9, reserved: 0 });
    }
    expect((await cartOf(cart.id)).status).toBe('active');
    const { status, body } = await post(`${cart.id}/checkout`, { allowShort: true });
    expect([status, body.flags]).toEqual([201, ['stock_short']]);
    expect(await shop.stock(productId)).toEqual({ quantity: 1, reserved: 0 });
    expect(await shop.stock(plenty.id)).toEqual({ quantity: 8, reserved: 1 });
  });

  it('refuses what is not for sale, nothing at all, and terms that cannot be', async () => {
    const gone = await shop.product();
    const hidden = await shop.product();
    const [a, b] = [
      await build([{ sku: gone.sku, quantity: 1 }]),
      await build([{ sku: hidden.sku, quantity: 1 }]),
    ];
    const products = `/api/whatsapp/catalogs/${shop.catalogId}/products`;
    await app.api.delete(`${products}/${gone.id}`);
    await app.api.put(`${products}/${hidden.id}`, { isActive: false });
    expect((await cartOf(a.id)).items).toMatchObject([
      { problems: ['product_deleted'], unitPrice: '100.00' },
    ]);
    expect((await cartOf(b.id)).items).toMatchObject([{ problems: ['inactive_product'] }]);
    for (const { id } of [a, b])
      expect(await codeOf(post(`${id}/checkout`, { allowShort: true }))).toEqual([
        422,
        'product_unavailable',
      ]);
    const { id } = await build([]);
    expect(await codeOf(post(`${id}/checkout`))).toEqual([422, 'cart_empty']);
    const { sku } = await shop.product();
    await put(id, { items: [{ sku, quantity: 1 }] });
    expect(await codeOf(post(`${id}/checkout`, { discount: '100.01' }))).toEqual([422, 'discount_too_large']);
    expect((await post(`${id}/checkout`, { shippingFee: '1.001' })).status).toBe(400);
    expect((await post(`${id}/checkout`, { shippingFee: -1 })).status).toBe(400);
    expect((await post(`${id}/checkout`, { total: 1 })).status).toBe(400);
  });
});

describe('a tap of the customer', () => {
  it('places the order once, and only for the person of the cart', async () => {
    const { id: productId, sku } = await shop.product({ quantity: 5 });
    const { id, from } = await sentCart([{ sku, quantity: 2 }]);
    await tellWebhook(app, tapOf(somebody(), `cart:${id}:order`));
    expect((await cartOf(id)).status).toBe('checkout');
    const tap = tapOf(from, `cart:${id}:order`);
    await tellWebhook(app, tap);
    const { orderId, status, messages } = await cartOf(id);
    expect([status, messages.map(({ kind }: any) => kind)]).toEqual(['converted', ['summary', 'answer']]);
    const order = await shop.order(orderId);
    expect(order).toMatchObject({
      source: 'api',
      history: [{ actor: 'customer' }],
      messages: [{ event: 'received' }],
    });
    expect(order.customerName).toBe('Asha Rao');
    await tellWebhook(app, tap);
    expect(await sentTo(id, 'tap')).toEqual([]);
    await tellWebhook(app, tapOf(from, `cart:${id}:order`));
    const [answer] = await sentTo(id, 'tap');
    expect(answer?.['payload'].text.body).toBe(`Your order ${order.orderNumber} is pending.`);
    expect(await shop.stock(productId)).toEqual({ quantity: 3, reserved: 2 });
  });

  it('orders nothing that the customer has not seen', async () => {
    const { id: productId, sku } = await shop.product({ price: '10.00' });
    const { id, from } = await sentCart([{ sku, quantity: 1 }]);
    await post(`${id}/items`, { sku, quantity: 1 });
    expect((await cartOf(id)).status).toBe('active');
    await tellWebhook(app, tapOf(from, `cart:${id}:order`));
    expect(await cartOf(id)).toMatchObject({ status: 'checkout', orderId: null });
    await pricey(productId, '11.00');
    await tellWebhook(app, tapOf(from, `cart:${id}:order`));
    expect(await cartOf(id)).toMatchObject({ status: 'checkout', items: [{ priceChanged: false }] });
    const answers = await sentTo(id, 'tap');
    expect(
      answers.map(({ payload }) => /Total: INR [\d.]+/.exec(payload.interactive.body.text)?.[0]),
    ).toEqual(['Total: INR 20.00', 'Total: INR 22.00']);
    await pricey(productId, '9.00');
    await tellWebhook(app, tapOf(from, `cart:${id}:order`));
    expect(await cartOf(id)).toMatchObject({ status: 'converted', total: '18.00' });
  });

  it('is answered when nothing can come of it, and a change opens the cart again', async () => {
    const { id: productId, sku } = await shop.product({ quantity: 1 });
    const plenty = await shop.product({ quantity: 9 });
    const { id, from } = await sentCart([
      { sku: plenty.sku, quantity: 1 },
      { sku, quantity: 2 },
    ]);
    await tellWebhook(app, tapOf(from, `cart:${id}:order`));
    expect(await cartOf(id)).toMatchObject({ status: 'checkout', orderId: null });
    expect(await shop.stock(plenty.id)).toEqual({ quantity: 9, reserved: 0 });
    expect(await shop.stock(productId)).toEqual({ quantity: 1, reserved: 0 });
    await tellWebhook(app, tapOf(from, `cart:${id}:change`));
    expect(await cartOf(id)).toMatchObject({ status: 'active', checkoutAt: null });
    const texts = (await sentTo(id, 'tap')).map(({ payload }) => payload.text.body);
    expect(texts).toEqual([
      `We could not place your order.\n2 x Product ${sku}: not enough in stock`,
      expect.stringContaining('What would you like to change?'),
    ]);
    await app.api.delete(`${CARTS}/${id}`);
    await tellWebhook(app, tapOf(from, `cart:${id}:order`));
    expect((await sentTo(id, 'tap')).at(-1)?.['payload'].text.body).toContain('expired');
  });
});

describe('at once', () => {
  it('20 checkouts of one cart make one order', async () => {
    const { id: productId, sku } = await shop.product({ quantity: 50 });
    for (let round = 0; round < 2; round++) {
      const { id } = await build([{ sku, quantity: 3 }]);
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => post(`${id}/checkout`)));
      expect(statuses(answers)).toEqual({ 201: 1, 409: AT_ONCE - 1 });
    }
    expect(await shop.stock(productId)).toEqual({ quantity: 44, reserved: 6 });
  });

  it('taps and checkouts of one cart make one order', async () => {
    const { id: productId, sku } = await shop.product({ quantity: 50 });
    const { id, from } = await sentCart([{ sku, quantity: 3 }]);
    const tap = tapOf(from, `cart:${id}:order`);
    await Promise.all([
      shop.flood(Array.from({ length: 6 }, () => tap)),
      ...Array.from({ length: 6 }, () => post(`${id}/checkout`)),
    ]);
    expect((await cartOf(id)).status).toBe('converted');
    expect(await shop.stock(productId)).toEqual({ quantity: 47, reserved: 3 });
  });

  it('an order holds what the cart held when it was checked out', async () => {
    const { sku } = await shop.product({ quantity: 5_000 });
    for (let round = 0; round < 3; round++) {
      const { id } = await build([{ sku, quantity: 1 }]);
      const answers = await Promise.all([
        ...Array.from({ length: 8 }, () => post(`${id}/items`, { sku, quantity: 1 })),
        post(`${id}/checkout`),
        ...Array.from({ length: 8 }, () => post(`${id}/items`, { sku, quantity: 1 })),
      ]);
      const added = answers.filter(({ status, body }) => status === 201 && body.orderNumber === undefined);
      const { orderId, items } = await cartOf(id);
      const order = await shop.order(orderId);
      expect(order.items[0].quantity).toBe(1 + added.length);
      expect(items[0].quantity).toBe(1 + added.length);
      expect(statuses(answers)).toEqual({
        201: added.length + 1,
        ...(added.length < 16 ? { 409: 16 - added.length } : {}),
      });
    }
  });
});
