import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newOrganization, type TestApp } from '../../support/test-app.js';
import { brokenInvariants, Shop, somebody, sqlOf, startShopApp, tapOf } from '../../support/shop.js';
import { tellWebhook } from '../../support/told-webhooks.js';

const NOON = '2026-03-01T12:00:00Z';
const at = (minutes = 0): Date => new Date(Date.parse(NOON) + minutes * 60_000);

let app: TestApp;
let shop: Shop;
beforeAll(async () => {
  app = await startShopApp({ CLOCK: NOON });
  shop = await Shop.open(app, { taxPercent: '5', honourShownPricePercent: 10 });
});
afterEach(async () => {
  expect(await brokenInvariants(app)).toEqual({});
});
afterAll(async () => {
  await app.close();
});

const problem = (status: number, code: string) => ({ status, type: `urn:drumbeat:problem:${code}` });
const statusOf = async (answer: Promise<{ status: number; body: any }>, path = 'type') => {
  const { status, body } = await answer;
  return [status, body[path]?.replace('urn:drumbeat:problem:', '')];
};

describe('an order from the chat', () => {
  it('is one cart and one order with our prices, however often Meta repeats it', async () => {
    const { id, sku } = await shop.product({
      price: '45000.00',
      quantity: 5,
      imageUrl: 'https://x.example/b.jpg',
    });
    const from = somebody();
    const sent = shop.message({
      from,
      lines: [{ sku, quantity: 2, price: 45000 }],
      text: 'Please call me',
      at: at(),
    });
    await tellWebhook(app, sent.raw);
    await tellWebhook(app, sent.raw);
    const order = await shop.byMessage(sent.wamid);
    expect(order).toMatchObject({
      ...{ source: 'message', status: 'pending', phoneNumber: from, customerName: 'Asha Rao' },
      ...{ subtotal: '90000.00', tax: '4285.71', total: '90000.00', balance: '90000.00', currency: 'INR' },
      ...{ customerNotes: 'Please call me', flags: [], needsReview: false, pricesIncludeTax: true },
      ...{
        paymentStatus: 'unpaid',
        fulfillmentStatus: 'unfulfilled',
        reservedUntil: expect.stringMatching(/^2026-03-02T12/),
      },
      items: [
        {
          ...{
            lineNo: 1,
            productId: id,
            productSku: sku,
            quantity: 2,
            unitPrice: '45000.00',
            tax: '4285.71',
          },
          ...{ shownPrice: '45000.00', priceSource: 'price', totalPrice: '90000.00', reservedQuantity: 2 },
        },
      ],
      messages: [{ event: 'received', notSentReason: null }],
      history: [{ kind: 'created', to: 'pending', actor: 'customer' }],
    });
    expect(order.orderNumber).toMatch(/^ORD-2026-\d{6}$/);
    expect((await shop.order(order.orderNumber)).id).toBe(order.id);
    expect(await shop.stock(id)).toEqual({ quantity: 3, reserved: 2 });
    const cart = (await app.api.get(`/api/whatsapp/carts/${order.cartId}`)).body;
    expect(cart).toMatchObject({
      status: 'converted',
      orderId: order.id,
      total: '90000.00',
      items: [{ sku }],
    });
    const [message] = await sqlOf(app)(`SELECT payload FROM message_outbox WHERE dedupe_key = $1`, [
      `order:${order.id}:received`,
    ]);
    expect(message?.['payload'].text.body).toContain(order.orderNumber);
  });

  it('is flagged where it needs a look, and kept whatever it holds', async () => {
    const plain = await shop.product({ quantity: 1 });
    const group = await shop.product();
    const variants = `/api/whatsapp/catalogs/${shop.catalogId}/products/${group.id}/variants`;
    await app.api.post(variants, { sku: `${group.sku}-V`, name: 'V', price: 1, options: { size: 'S' } });
    const hidden = await shop.product({ isVisible: false });
    const gone = await shop.product();
    await app.api.put(`/api/whatsapp/catalogs/${shop.catalogId}/products/${gone.id}`, { price: 2 });
    await sqlOf(app)('UPDATE whatsapp_catalog_items SET sent_at = now() WHERE retailer_id = $1', [gone.sku]);
    await app.api.delete(`/api/whatsapp/catalogs/${shop.catalogId}/products/${gone.id}`);
    const order = await shop.receive({
      at: at(),
      lines: [
        { sku: plain.sku, quantity: 2 },
        { sku: plain.sku, price: 50 },
        { sku: plain.sku, currency: 'USD' },
        { sku: plain.sku, price: 'much' },
        { sku: plain.sku, price: null, quantity: 0 },
        { sku: 'NOT-OURS', price: 12.5, quantity: 100 },
        { sku: group.sku, price: -1 },
        { sku: hidden.sku },
        { sku: gone.sku },
        { price: 1 },
        { sku: plain.sku, quantity: 1e9 },
      ],
    });
    expect(order.items.map(({ problems }: any) => problems)).toEqual([
      ['stock_short'],
      ['price_differs'],
      ['currency_differs', 'stock_short'],
      ['bad_price', 'stock_short'],
      ['bad_price', 'bad_quantity'],
      ['unknown_product', 'quantity_over_99'],
      ['variant_missing', 'bad_price'],
      ['inactive_product'],
      ['product_deleted'],
      ['unknown_product'],
      ['bad_quantity'],
    ]);
    expect(order).toMatchObject({ needsReview: true, status: 'pending' });
    expect(order.items[5]).toMatchObject({
      unitPrice: '12.50',
      priceSource: 'shown',
      productName: 'NOT-OURS',
    });
    expect(await statusOf(shop.move(order.id, 'confirmed'))).toEqual([422, 'needs_review']);
    const accepted = await shop.move(order.id, 'confirmed', { acceptFlags: true });
    expect(accepted.body).toMatchObject({ status: 'confirmed', needsReview: false });
    expect(accepted.body.flags).toEqual(['stock_short', 'quantity_over_99']);
  });

  it.each([
    ['an unknown catalog', { metaCatalogId: '999', lines: [{ sku: 'A', price: 9.99 }] }, ['unknown_catalog']],
    ['no lines', { lines: [] }, ['no_lines']],
  ])('with %s is kept', async (_, sent, flags) => {
    expect(await shop.receive({ ...sent, at: at() })).toMatchObject({ flags, needsReview: true });
  });

  it('is priced by the sale while it runs, and by what was shown within the limit', async () => {
    const sale = { price: '100.00', salePrice: '80.00', saleStartsAt: at(-10), saleEndsAt: at(10) };
    const { sku } = await shop.product(sale);
    const order = await shop.receive({
      at: at(),
      lines: [
        { sku, price: 80 },
        { sku, price: 100 },
        { sku, price: 79.99 },
        { sku, price: 80.0000001 },
        { sku, price: 60 },
      ],
    });
    expect(order.items.map((line: any) => [line.unitPrice, line.priceSource, line.problems])).toEqual([
      ['80.00', 'sale', []],
      ['80.00', 'sale', []],
      ['79.99', 'shown', []],
      ['80.00', 'sale', []],
      ['80.00', 'sale', ['price_differs']],
    ]);
    const later = await shop.receive({ at: at(), lines: [{ sku, price: 60 }] });
    expect(later.flags).toEqual(['price_differs']);
  });

  it('of a person without a number is told and named by their user id', async () => {
    const { sku } = await shop.product();
    const { wamid, raw } = shop.message({ userId: 'DE.1234567890', name: '', lines: [{ sku }], at: at() });
    await tellWebhook(app, raw);
    expect(await shop.byMessage(wamid)).toMatchObject({
      ...{
        phoneNumber: null,
        customerName: 'DE.1234567890',
        messages: [{ event: 'received', notSentReason: null }],
      },
    });
  });

  it('that follows another within ten minutes names it', async () => {
    const { sku } = await shop.product();
    const from = somebody();
    const first = await shop.receive({ from, lines: [{ sku }], at: at() });
    const second = await shop.receive({ from, lines: [{ sku, quantity: 2 }], at: at() });
    expect(second).toMatchObject({
      flags: ['possible_duplicate'],
      flagDetails: { possible_duplicate: { orderNumber: first.orderNumber } },
      needsReview: false,
    });
  });
});

describe('the life of an order', () => {
  const placed = async (quantity = 2, stock: number | null = 10) => {
    const product = await shop.product({ quantity: stock });
    const order = await shop.receive({ lines: [{ sku: product.sku, quantity }], at: at() });
    return { product, order, item: order.items[0].id as string };
  };

  it('goes from pending to completed, each step with its message and its history', async () => {
    const { product, order, item } = await placed();
    expect(await statusOf(shop.post(order.id, 'fulfill'))).toEqual([409, 'illegal_move']);
    const confirmed = await shop.move(order.orderNumber, 'confirmed', { notes: 'By phone' });
    expect(confirmed.body).toMatchObject({
      ...{
        status: 'confirmed',
        reservedUntil: null,
        internalNotes: 'By phone',
        confirmedAt: expect.stringMatching(/^2026-03-01T12/),
      },
      allowedMoves: ['processing', 'completed', 'cancelled'],
    });
    expect(confirmed.body.history.at(-1)).toMatchObject({ actor: 'key', from: 'pending', notes: 'By phone' });
    const again = await shop.move(order.id, 'confirmed');
    expect([again.status, again.body.history.length]).toEqual([200, confirmed.body.history.length]);
    expect(await statusOf(shop.move(order.id, 'completed'))).toEqual([422, 'not_fulfilled']);
    const part = await shop.post(order.id, 'fulfill', {
      items: [{ itemId: item, quantity: 1 }],
      ...{ trackingNumber: 'AWB 1', carrier: 'Post', trackingUrl: 'https://post.example/1' },
    });
    expect(part.body).toMatchObject({ status: 'processing', fulfillmentStatus: 'partially_fulfilled' });
    expect(await statusOf(shop.move(order.id, 'cancelled'))).toEqual([409, 'already_fulfilled']);
    expect(await statusOf(shop.post(order.id, 'deliver'))).toEqual([409, 'not_fulfilled']);
    await shop.post(order.id, 'fulfill');
    expect(await statusOf(shop.post(order.id, 'fulfill'))).toEqual([422, 'nothing_left']);
    expect(await statusOf(shop.move(order.id, 'completed'))).toEqual([422, 'not_paid']);
    const pay = { amount: '150.00', method: 'bank_transfer', reference: 'UTR 1' };
    const paid = await shop.post(order.id, 'payments', pay);
    expect([paid.status, paid.body.paymentStatus, paid.body.balance]).toEqual([201, 'partial', '50.00']);
    for (const amount of [1, '150.00']) {
      expect(await statusOf(shop.post(order.id, 'payments', { ...pay, amount }))).toEqual([
        409,
        'payment_exists',
      ]);
    }
    expect(await statusOf(shop.post(order.id, 'payments', { ...pay, amount: 51, reference: 'B' }))).toEqual([
      422,
      'exceeds_total',
    ]);
    await shop.post(order.id, 'payments', { amount: 50, method: 'cash_on_delivery' });
    const delivered = await shop.post(order.id, 'deliver');
    expect(delivered.body.deliveredAt).not.toBeNull();
    const done = (await shop.move(order.id, 'completed')).body;
    expect(done).toMatchObject({
      status: 'completed',
      paymentStatus: 'paid',
      fulfillmentStatus: 'fulfilled',
    });
    expect(done.messages.map(({ event }: any) => event)).toEqual([
      ...['received', 'confirmed', 'shipped', 'shipped', 'paid', 'paid'],
    ]);
    expect(done.fulfillments).toHaveLength(2);
    expect(await shop.stock(product.id)).toEqual({ quantity: 8, reserved: 0 });
    expect(await statusOf(shop.move(order.id, 'refunded'))).toEqual([409, 'illegal_move']);
    const moved = done.history
      .filter(({ kind }: any) => kind === 'status')
      .map(({ to, actor }: any) => [to, actor]);
    expect(moved).toEqual([
      ['confirmed', 'key'],
      ['processing', 'system'],
      ['completed', 'key'],
    ]);
  });

  it('is confirmed by its full payment, with one message', async () => {
    const { order } = await placed(1);
    const { body } = await shop.post(order.id, 'payments', { amount: '100.00', method: 'upi' });
    expect(body).toMatchObject({ status: 'confirmed', paymentStatus: 'paid', paymentMethod: 'upi' });
    expect(body.messages.map(({ event }: any) => event)).toEqual(['received', 'paid']);
    const cancelled = (await shop.move(order.id, 'cancelled', { reason: 'Sold out' })).body;
    expect(cancelled).toMatchObject({ status: 'cancelled', flags: ['refund_due'] });
    expect(await statusOf(shop.post(order.id, 'payments', { amount: 1, method: 'cash' }))).toEqual([
      409,
      'illegal_move',
    ]);
  });

  it('that is paid without stock waits for it, and confirms itself when it is there', async () => {
    const { product, order } = await placed(2, 1);
    const paid = await shop.post(order.id, 'payments', { amount: 200, method: 'upi' });
    expect(paid.body).toMatchObject({ status: 'pending', flags: ['stock_short', 'paid_without_stock'] });
    const stock = `/api/whatsapp/catalogs/${shop.catalogId}/products/${product.id}/stock`;
    await app.api.post(stock, { adjust: 1, reason: 'Delivery' });
    const { body } = await shop.post(order.id, 'reserve');
    expect(body).toMatchObject({ status: 'confirmed', flags: [], items: [{ reservedQuantity: 2 }] });
    expect(body.messages.map(({ event }: any) => event)).toEqual(['received', 'paid', 'confirmed']);
  });

  it('is told that it is confirmed where payments are not told', async () => {
    await shop.settings({ messages: { paid: { enabled: false } } });
    const { order } = await placed(1);
    const { body } = await shop.post(order.id, 'payments', { amount: 100, method: 'upi' });
    await shop.settings({ messages: { paid: { enabled: true } } });
    expect(body.messages.map(({ event }: any) => event)).toEqual(['received', 'confirmed']);
  });

  it('is flagged when a product of it can no longer be reserved', async () => {
    const { product, order } = await placed(2, 1);
    const variants = `/api/whatsapp/catalogs/${shop.catalogId}/products/${product.id}/variants`;
    await app.api.post(variants, { sku: `${product.sku}-V`, name: 'V', price: 1, options: { size: 'S' } });
    const { body } = await shop.post(order.id, 'reserve');
    expect(body.flags).toEqual(['product_deleted']);
    expect(await statusOf(shop.move(order.id, 'confirmed'))).toEqual([422, 'needs_review']);
  });

  it('in yen has a total that can be paid', async () => {
    const own = await Shop.open(app, { currency: 'JPY', taxPercent: '8', pricesIncludeTax: false });
    const { sku } = await own.product({ price: '333' });
    const lines = [
      { sku, price: 333, currency: 'JPY' },
      { sku: 'NOT-OURS', price: 12.5, currency: 'JPY' },
    ];
    const order = await own.receive({ lines, at: at() });
    expect(order).toMatchObject({ tax: '27.00', total: '360.00', flags: ['unknown_product', 'bad_price'] });
    const [, odd] = order.items;
    const shown = (await own.post(order.id, 'resolve', { prices: 'shown' })).body;
    expect(shown.items[1]).toMatchObject({ unitPrice: '0.00', shownPrice: '12.50' });
    expect(shown.items[1].problems).toContain('bad_price');
    await own.post(order.id, 'resolve', { items: [{ itemId: odd.id, remove: true }] });
    const paid = await own.post(order.id, 'payments', { amount: 360, method: 'cash' });
    expect(paid.body).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
  });

  it('of an unknown catalog is taxed as the catalog of its products is', async () => {
    const own = await Shop.open(app, { taxPercent: '5', pricesIncludeTax: false });
    const { id } = await own.product();
    const order = await own.receive({ metaCatalogId: '999', lines: [{ sku: 'A', price: 90 }], at: at() });
    const items = [{ itemId: order.items[0].id, productId: id }];
    const { body } = await own.post(order.id, 'resolve', { items });
    expect(body).toMatchObject({ pricesIncludeTax: false, tax: '5.00', total: '105.00', flags: [] });
  });

  it.each([
    '2026-W09-7T12:00:00Z',
    '2026-060T12:00:00Z',
    '2026-03-01',
    '2026-03-01T12:00:00',
    '0000-01-01T00:00:00Z',
  ])('takes no %s for an instant', async (text) => {
    const { order } = await placed();
    const path = `/api/whatsapp/orders/${order.id}`;
    const payment = { amount: 1, method: 'cash', receivedAt: text };
    const answers = await Promise.all([
      app.api.put(path, { estimatedDelivery: text }),
      shop.post(order.id, 'payments', payment),
      shop.post(order.id, 'deliver', { deliveredAt: text }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
  });

  it('gives stock back when it is cancelled', async () => {
    const { product, order } = await placed(4, 5);
    await shop.move(order.id, 'cancelled');
    expect(await shop.stock(product.id)).toEqual({ quantity: 5, reserved: 0 });
    expect(await statusOf(shop.move(order.id, 'confirmed'))).toEqual([409, 'illegal_move']);
  });

  it('takes short stock later, or not at all', async () => {
    const { product, order, item } = await placed(3, 2);
    expect(order.flags).toEqual(['stock_short']);
    expect(await statusOf(shop.move(order.id, 'confirmed'))).toEqual([422, 'stock_short']);
    const stock = `/api/whatsapp/catalogs/${shop.catalogId}/products/${product.id}/stock`;
    await app.api.post(stock, { adjust: 1, reason: 'Delivery' });
    const { body } = await shop.post(order.id, 'reserve');
    expect(body).toMatchObject({ flags: [], items: [{ id: item, reservedQuantity: 3, problems: [] }] });
    expect(await shop.stock(product.id)).toEqual({ quantity: 0, reserved: 3 });
  });

  it('refuses the whole fulfilment when a part of it is wrong', async () => {
    const { order, item } = await placed();
    const { order: other } = await placed();
    await shop.move(order.id, 'confirmed');
    const fulfil = (...items: object[]) => statusOf(shop.post(order.id, 'fulfill', { items }));
    expect(await fulfil({ itemId: item, quantity: 1 }, { itemId: item, quantity: 2 })).toEqual([
      422,
      'exceeds_quantity',
    ]);
    expect(await fulfil({ itemId: other.items[0].id, quantity: 1 })).toEqual([422, 'item_unknown']);
    expect((await fulfil())[0]).toBe(400);
    expect((await fulfil({ itemId: item, quantity: 1.5 }))[0]).toBe(400);
    expect((await shop.order(order.id)).items[0].fulfilledQuantity).toBe(0);
  });

  it('is resolved: products, quantities and prices are settled, and the stock follows', async () => {
    const wanted = await shop.product({ price: '70.00', quantity: 10 });
    const order = await shop.receive({
      at: at(),
      lines: [
        { sku: 'OLD-NAME', price: 60 },
        { sku: wanted.sku, price: 10, quantity: 2 },
        { sku: 'JUNK', price: 1 },
      ],
    });
    const [unknown, differs, junk] = order.items.map(({ id }: any) => id);
    const resolved = await shop.post(order.id, 'resolve', {
      items: [
        { itemId: unknown, productId: wanted.id, quantity: 3 },
        { itemId: junk, remove: true },
      ],
      prices: 'ours',
      note: 'Asked the customer',
    });
    expect(resolved.body).toMatchObject({ flags: [], needsReview: false, total: '350.00' });
    expect(resolved.body.items).toMatchObject([
      { id: unknown, quantity: 3, unitPrice: '70.00', reservedQuantity: 3 },
      { id: differs, quantity: 2, unitPrice: '70.00', reservedQuantity: 2 },
    ]);
    expect(await shop.stock(wanted.id)).toEqual({ quantity: 5, reserved: 5 });
    const manual = await shop.post(order.id, 'resolve', { items: [{ itemId: differs, unitPrice: '12.34' }] });
    expect(manual.body).toMatchObject({ total: '234.68', items: [{}, { priceSource: 'manual' }] });
    expect(
      await statusOf(shop.post(order.id, 'resolve', { items: [{ itemId: junk, quantity: 1 }] })),
    ).toEqual([404, 'item_not_found']);
  });

  it('changes what callers may change, and adds up', async () => {
    const { order } = await placed();
    const path = `/api/whatsapp/orders/${order.id}`;
    const address = { name: 'Asha Rao', line1: 'MG Road 1', city: 'Pune', country: 'India' };
    const change = { shippingAddress: address, shippingFee: '49.50', discount: 20, customerName: 'A. Rao' };
    const { body } = await app.api.put(path, change);
    expect(body).toMatchObject({ ...change, discount: '20.00', total: '229.50', balance: '229.50' });
    expect(await statusOf(app.api.put(path, { discount: 201 }))).toEqual([422, 'discount_too_large']);
    expect((await app.api.put(path, { shippingAddress: { street: 'x' } })).status).toBe(400);
    expect((await app.api.put(path, { shippingFee: '1.234' })).status).toBe(400);
    await shop.post(order.id, 'payments', { amount: 1, method: 'cash' });
    expect(await statusOf(app.api.put(path, { tax: 1 }))).toEqual([409, 'amounts_fixed']);
  });

  it('can be cancelled by its customer with the button, if the shop allows it', async () => {
    await shop.settings({ customerMayCancel: true });
    const { sku } = await shop.product();
    const from = somebody();
    const order = await shop.receive({ from, lines: [{ sku }], at: at() });
    const [message] = await sqlOf(app)('SELECT payload FROM message_outbox WHERE dedupe_key = $1', [
      `order:${order.id}:received`,
    ]);
    const button = message?.['payload'].interactive.action.buttons[0].reply.id;
    expect(button).toBe(`order:${order.id}:cancel`);
    await tellWebhook(app, tapOf(somebody(), button));
    expect((await shop.order(order.id)).status).toBe('pending');
    const tap = tapOf(from, button);
    await tellWebhook(app, tap);
    await tellWebhook(app, tap);
    const cancelled = await shop.order(order.id);
    expect(cancelled.messages.map(({ event }: any) => event)).toEqual(['received', 'cancelled']);
    expect(cancelled).toMatchObject({ status: 'cancelled' });
    expect(cancelled.history.at(-1)).toMatchObject({ actor: 'customer', to: 'cancelled' });
    await tellWebhook(app, tapOf(from, button));
    expect((await shop.order(order.id)).messages).toHaveLength(3);
    // The 9 of an Argentine mobile is sometimes left out.
    const abroad = await shop.receive({ from: '+5491123456789', lines: [{ sku }], at: at() });
    await tellWebhook(app, tapOf('+541123456789', `order:${abroad.id}:cancel`));
    expect((await shop.order(abroad.id)).status).toBe('cancelled');
    await shop.settings({ customerMayCancel: false });
  });

  it('confirms itself if the shop wants it and nothing stands against it', async () => {
    await shop.settings({ autoConfirm: true, reservationMinutes: 0 });
    const { id, sku } = await shop.product({ quantity: 1 });
    const first = await shop.receive({ lines: [{ sku }], at: at() });
    const second = await shop.receive({ lines: [{ sku }], at: at() });
    const plenty = await shop.product({ quantity: 5 });
    const partly = await shop.receive({ lines: [{ sku: plenty.sku }, { sku }], at: at() });
    await shop.settings({ autoConfirm: false, reservationMinutes: 1_440 });
    expect(partly).toMatchObject({ status: 'pending', flags: ['stock_short'], reservedUntil: null });
    expect(await shop.stock(plenty.id)).toEqual({ quantity: 5, reserved: 0 });
    expect([first.status, second.status, second.flags]).toEqual(['confirmed', 'pending', ['stock_short']]);
    expect(await shop.stock(id)).toEqual({ quantity: 0, reserved: 1 });
  });
});

describe('orders', () => {
  it('are listed by page and by cursor, filtered, and exported', async () => {
    const own = await Shop.open(app);
    const { sku } = await own.product({ quantity: 3 });
    const from = somebody();
    const orders: any[] = [];
    for (const quantity of [1, 2, 3]) {
      orders.push(await own.receive({ from, name: 'Zoë Filter', lines: [{ sku, quantity }], at: at() }));
    }
    await own.move(orders[0].id, 'confirmed');
    const list = async (query: string) => {
      const { body } = await app.api.get(`/api/whatsapp/orders?catalogId=${own.catalogId}&${query}`);
      return body.data.map(({ orderNumber }: any) => orderNumber);
    };
    const numbers = orders.map(({ orderNumber }) => orderNumber);
    expect(await list('')).toEqual([...numbers].reverse());
    expect(await list('status=confirmed')).toEqual([numbers[0]]);
    expect(await list('flag=stock_short')).toEqual([numbers[2]]);
    expect(await list('needsReview=true')).toEqual([]);
    expect(await list(`phoneNumber=${encodeURIComponent(from)}&paymentStatus=unpaid`)).toHaveLength(3);
    expect(await list('q=zo%C3%AB')).toHaveLength(3);
    expect(await list(`q=${numbers[1]}`)).toEqual([numbers[1]]);
    expect(await list('from=2026-03-01&to=2026-03-01')).toHaveLength(3);
    expect(await list('from=2026-03-02')).toEqual([]);
    expect(await list('fulfillmentStatus=fulfilled')).toEqual([]);
    const first = (await app.api.get(`/api/whatsapp/orders?catalogId=${own.catalogId}&limit=2`)).body;
    expect([first.total, first.data.length, 'items' in first.data[0]]).toEqual([3, 2, false]);
    const rest = `/api/whatsapp/orders?catalogId=${own.catalogId}&limit=2&cursor=${first.nextCursor}`;
    expect((await app.api.get(rest)).body.data).toHaveLength(1);
    expect((await app.api.get('/api/whatsapp/orders?status=lost')).status).toBe(400);
    expect((await app.api.get('/api/whatsapp/orders?from=yesterday')).status).toBe(400);
    const file = (await app.api.get(`/api/whatsapp/orders/export?catalogId=${own.catalogId}`)).body;
    expect(file.trim().split('\n')).toHaveLength(4);
    const carts = await app.api.get(`/api/whatsapp/carts?catalogId=${own.catalogId}&status=converted`);
    expect(carts.body.total).toBe(3);
  });

  it('of another organization cannot be found', async () => {
    const { sku } = await shop.product();
    const order = await shop.receive({ lines: [{ sku }], at: at() });
    const { api: other } = await newOrganization(app.api);
    const path = `/api/whatsapp/orders/${order.id}`;
    const answers = await Promise.all([
      other.get(path),
      other.get(`/api/whatsapp/orders/${order.orderNumber}`),
      other.put(`${path}/status`, { status: 'confirmed' }),
      other.post(`${path}/fulfill`, {}),
      other.post(`${path}/payments`, { amount: 1, method: 'cash' }),
      other.post(`${path}/resolve`, {}),
      other.post(`${path}/reserve`),
      other.put(path, { customerName: 'x' }),
      other.get(`/api/whatsapp/carts/${order.cartId}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect((await other.get('/api/whatsapp/orders')).body.total).toBe(0);
    const { api: reader } = await newOrganization(app.api, ['orders:read']);
    expect((await reader.put(`${path}/status`, { status: 'confirmed' })).status).toBe(403);
    expect((await reader.put('/api/whatsapp/commerce-settings', {})).status).toBe(403);
  });

  it('follow the settings of the shop, field by field', async () => {
    const { api } = await newOrganization(app.api);
    const path = '/api/whatsapp/commerce-settings';
    expect((await api.get(path)).body).toMatchObject({
      ...{ autoConfirm: false, confirmWhenPaid: true, reservationMinutes: 1_440, cartReminders: [] },
      messages: { received: { enabled: true, templateName: null }, processing: { enabled: false } },
    });
    await api.put(path, { reservationMinutes: null, messages: { paid: { enabled: false } } });
    const { body } = await api.put(path, { messages: { paid: { text: 'Thanks for {{amount}}' } } });
    expect(body).toMatchObject({
      ...{ reservationMinutes: null, messages: { paid: { enabled: false, text: 'Thanks for {{amount}}' } } },
    });
    expect((await api.put(path, { messages: { paid: { text: '{{secret}}' } } })).body).toMatchObject(
      problem(400, 'invalid_request'),
    );
    expect((await api.put(path, { reservationMinutes: -1 })).status).toBe(400);
    expect((await api.put(path, { colour: 'red' })).status).toBe(400);
  });
});
