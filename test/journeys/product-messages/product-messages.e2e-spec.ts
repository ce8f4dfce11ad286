import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { numbers } from '../../support/engine.js';
import { ProductStage } from '../../support/product-stage.js';
import { CATALOGS } from '../../support/sync-stage.js';
import { newOrganization } from '../../support/test-app.js';

const ROUTES = '/api/whatsapp';

let stage: ProductStage;
let mug: any;
let trip: any;
let short: any;
let long: any;
const many: any[] = [];

beforeAll(async () => {
  stage = await ProductStage.start();
  mug = await stage.shop.add({ sku: 'MUG', name: 'Mug', price: 850, quantity: 5 });
  trip = await stage.shop.add({ sku: 'BALI', name: 'Bali', price: 65_000 });
  const variant = (days: number) => ({
    ...{ sku: `BALI-${days}`, name: `Bali, ${days} days`, price: 65_000 },
    options: { duration: `${days} days` },
  });
  short = await stage.shop.addVariant(trip.id, variant(5));
  long = await stage.shop.addVariant(trip.id, variant(7));
  for (let n = 0; n < 31; n++)
    many.push(await stage.shop.add({ sku: `CARD-${n}`, name: `Card ${n}`, price: 100 }));
  const run = await stage.shop.sync();
  if (run.status !== 'completed') throw new Error(JSON.stringify(run));
  await stage.addTemplates({ come_back: [{ type: 'BODY', text: 'Hi {{1}}, we have news for you.' }] });
});
afterAll(async () => {
  await stage.close();
});
beforeEach(async () => {
  await stage.shop.meta('PATCH', 'scenario', { errors: [], closedWindow: 'answer' });
  stage.engine.meta.simulator.state.catalogs.connectedId = stage.metaCatalogId;
});

const someone = (): string => numbers(1)[0] ?? '';
async function visitor(): Promise<string> {
  const phone = someone();
  await stage.hears(phone);
  return phone;
}
const send = (route: string, body: object, headers: Record<string, string> = {}) =>
  stage.api.post(`${ROUTES}/${route}`, { catalogId: stage.shop.catalogId, ...body }, { headers });
const code = (body: any): string => String(body.type).split(':').at(-1) ?? '';
const sharesOf = async ({ id }: { id: string }): Promise<number> => (await stage.shop.product(id)).shareCount;

describe('messages about products reach Meta as it wants them', () => {
  it('a product, by id, and counts a share', async () => {
    const to = await visitor();
    const before = await sharesOf(mug);
    const { status, body } = await send('send-product', {
      ...{ to, productId: mug.id, body: 'Still interested?', footer: 'Free shipping' },
    });
    expect({ status, body }).toEqual({
      status: 202,
      body: { messageId: expect.any(String), status: 'queued', warnings: [] },
    });
    expect(await stage.settled(body.messageId)).toMatchObject({
      ...{ purpose: 'product', type: 'interactive', phone_number: to, error_code: null },
      outbox: { state: 'done', dedupe_key: `product:${body.messageId}` },
      content: { type: 'product' },
    });
    const [message] = await stage.accepted(to);
    expect(message).toMatchObject({
      ...{ messaging_product: 'whatsapp', recipient_type: 'individual', to, type: 'interactive' },
      biz_opaque_callback_data: `message:${body.messageId}`,
    });
    expect(message.interactive).toEqual({
      type: 'product',
      body: { text: 'Still interested?' },
      footer: { text: 'Free shipping' },
      action: { catalog_id: stage.metaCatalogId, product_retailer_id: 'MUG' },
    });
    expect(await sharesOf(mug)).toBe(before + 1);
    const stats = await stage.api.get(`${stage.shop.path}/products/${mug.id}/stats`);
    expect(stats.body.sums.shares).toBe(before + 1);
  });

  it.each([
    ['a variant by its id', () => ({ productId: short.id }), 'BALI-5'],
    ['a variant by its SKU', () => ({ productId: 'BALI-7' }), 'BALI-7'],
    ['a variant of a product', () => ({ productId: 'BALI', variantId: long.id }), 'BALI-7'],
    ['an SKU without words', () => ({ productId: 'MUG' }), 'MUG'],
  ])('%s', async (_, named, sku) => {
    const to = await visitor();
    const { body } = await send('send-product', { to, ...named() });
    expect((await stage.settled(body.messageId)).status).not.toBe('failed');
    const [message] = await stage.accepted(to);
    expect(message.interactive).toEqual({
      type: 'product',
      action: { catalog_id: stage.metaCatalogId, product_retailer_id: sku },
    });
  });

  it('a list of sections, where two variants are one share of their product', async () => {
    const to = await visitor();
    const before = await sharesOf(trip);
    const { body } = await send('send-product-list', {
      ...{ to, header: 'Our picks', body: 'Tap to see', footer: 'Free shipping' },
      sections: [
        { title: 'Trips', productIds: [short.id, 'BALI-7'] },
        { title: 'Mugs', productIds: ['MUG'] },
      ],
    });
    await stage.settled(body.messageId);
    const items = (...skus: string[]) => skus.map((sku) => ({ product_retailer_id: sku }));
    expect((await stage.accepted(to))[0].interactive).toEqual({
      type: 'product_list',
      header: { type: 'text', text: 'Our picks' },
      body: { text: 'Tap to see' },
      footer: { text: 'Free shipping' },
      action: {
        catalog_id: stage.metaCatalogId,
        sections: [
          { title: 'Trips', product_items: items('BALI-5', 'BALI-7') },
          { title: 'Mugs', product_items: items('MUG') },
        ],
      },
    });
    expect(await sharesOf(trip)).toBe(before + 1);
  });

  it('30 products in one section without a title', async () => {
    const to = await visitor();
    const productIds = many.slice(0, 30).map(({ id }) => id);
    const { status, body } = await send('send-product-list', {
      ...{ to, header: 'All', body: 'All of them', sections: [{ productIds }] },
    });
    expect(status).toBe(202);
    expect((await stage.settled(body.messageId)).outbox.state).toBe('done');
  });

  it('the catalog, with the first product that can be sent as its picture', async () => {
    const [to, other] = [await visitor(), await visitor()];
    const first = await send('send-catalog', { to, body: 'Our whole shop' });
    const second = await send('send-catalog', { to: other, body: 'Shop', thumbnailProductId: long.id });
    await stage.settled(first.body.messageId);
    await stage.settled(second.body.messageId);
    const shown = (sku: string, text: string) => ({
      type: 'catalog_message',
      body: { text },
      action: { name: 'catalog_message', parameters: { thumbnail_product_retailer_id: sku } },
    });
    expect((await stage.accepted(to))[0].interactive).toEqual(shown('MUG', 'Our whole shop'));
    expect((await stage.accepted(other))[0].interactive).toEqual(shown('BALI-7', 'Shop'));
  });

  it('cards of products', async () => {
    const to = await visitor();
    const { body } = await send('send-product-carousel', {
      ...{ to, body: 'New in', productIds: ['MUG', short.id] },
    });
    await stage.settled(body.messageId);
    const card = (index: number, sku: string) => ({
      ...{ card_index: index, type: 'product' },
      action: { product_retailer_id: sku, catalog_id: stage.metaCatalogId },
    });
    expect((await stage.accepted(to))[0].interactive).toEqual({
      type: 'carousel',
      body: { text: 'New in' },
      action: { cards: [card(0, 'MUG'), card(1, 'BALI-5')] },
    });
  });
});

const LIST = { header: 'H', body: 'B' };
describe.each<[string, (productId: string) => object, string]>([
  ['send-product', (productId) => ({ productId }), 'productId'],
  [
    'send-product-list',
    (id) => ({ ...LIST, sections: [{ productIds: ['MUG', id] }] }),
    'sections.0.productIds.1',
  ],
  ['send-catalog', (thumbnailProductId) => ({ body: 'B', thumbnailProductId }), 'thumbnailProductId'],
  ['send-product-carousel', (id) => ({ body: 'B', productIds: ['MUG', id] }), 'productIds.1'],
])('%s refuses', (route, of, field) => {
  const problem = async (body: object) => {
    const { status, body: problemBody } = await send(route, body);
    const [error] = problemBody.errors ?? [];
    return { status, code: code(problemBody), field: error?.field, message: error?.message };
  };

  it('what it does not know, naming the field', async () => {
    const to = await visitor();
    expect(await problem({ to, ...of('NOPE') })).toMatchObject({ status: 404, field });
    expect(await problem({ to, ...of('MUG'), catalogId: mug.id })).toMatchObject({
      ...{ status: 404, code: 'catalog_not_found', field: 'catalogId' },
    });
  });

  it('what belongs to another organization', async () => {
    const other = await newOrganization(stage.api);
    const catalog = await other.api.post(CATALOGS, { name: 'Theirs' });
    const theirs = await other.api.post(`${CATALOGS}/${catalog.body.id}/products`, {
      ...{ sku: 'THEIRS', name: 'Theirs', price: 1 },
    });
    const to = await visitor();
    expect(await problem({ to, ...of(theirs.body.id) })).toMatchObject({ status: 404, field });
    expect(await problem({ to, ...of('MUG'), catalogId: catalog.body.id })).toMatchObject({
      ...{ status: 404, field: 'catalogId' },
    });
    const asked = await other.api.post(`${ROUTES}/${route}`, {
      ...{ to, catalogId: stage.shop.catalogId, ...of('MUG') },
    });
    expect(asked.status).toBe(404);
  });

  it('a group without a variant', async () => {
    expect(await problem({ to: await visitor(), ...of('BALI') })).toMatchObject({
      ...{ status: 422, code: 'variant_needed', field },
    });
  });

  it('what was never synchronised, is out of stock, hidden, inactive or rejected, with the reason', async () => {
    const to = await visitor();
    const fresh = await stage.shop.add({ sku: `NEW-${route}`, name: 'New', price: 1 });
    const refused = (message: RegExp) => ({
      ...{ status: 422, code: 'product_not_sendable', field, message: expect.stringMatching(message) },
    });
    expect(await problem({ to, ...of(fresh.id) })).toEqual(refused(/not been synchronised/));
    const card = many[30];
    for (const [change, back, why] of [
      [{ availability: 'out_of_stock' }, { availability: 'in_stock' }, /out of stock/],
      [{ quantity: 0 }, { quantity: null }, /out of stock/],
      [{ isVisible: false }, { isVisible: true }, /not visible/],
      [{ isActive: false }, { isActive: true }, /not active/],
    ] as const) {
      await stage.shop.change(card.id, change);
      expect(await problem({ to, ...of(card.sku) })).toEqual(refused(why));
      await stage.shop.change(card.id, back);
    }
    const review = (status: string, reasons: string[]) =>
      stage.engine.sql(
        `UPDATE whatsapp_catalog_items SET review_status = $1, review_reasons = $2 WHERE retailer_id = $3`,
        [status, reasons, card.sku],
      );
    await review('REJECTED', ['Looks like a weapon']);
    expect(await problem({ to, ...of(card.sku) })).toEqual(refused(/rejected.*weapon/));
    await review('APPROVED', []);
    expect(await problem({ to, ...of(card.sku) })).toMatchObject({ status: 202 });
  });

  it('people who said STOP, with and without a profile', async () => {
    const to = await visitor();
    await stage.hears(to, { text: 'STOP' });
    expect(await problem({ to, ...of('MUG') })).toMatchObject({
      ...{ status: 422, code: 'unsubscribed', field: 'to' },
    });
    const found = await stage.api.get(`/api/whatsapp/customers?search=${to.slice(1)}`);
    await stage.api.delete(`/api/whatsapp/customers/${found.body.data[0].id}`);
    expect(await problem({ to, ...of('MUG') })).toMatchObject({ status: 422, code: 'unsubscribed' });
  });

  it('a closed window, and a number that is none', async () => {
    expect(await problem({ to: someone(), ...of('MUG') })).toMatchObject({
      ...{ status: 422, code: 'window_closed' },
    });
    expect(await problem({ to: '12', ...of('MUG') })).toMatchObject({ status: 400, field: 'to' });
  });
});

describe('the shape of a request', () => {
  const long = 'x'.repeat(1_025);
  const sections = (count: number, size: number) =>
    Array.from({ length: count }, (_, n) => ({ title: `S${n}`, productIds: Array(size).fill('MUG') }));
  it.each<[string, string, object]>([
    ['a body too long', 'send-product', { productId: 'MUG', body: long }],
    ['a footer too long', 'send-product', { productId: 'MUG', footer: 'x'.repeat(61) }],
    ['a blank body', 'send-product', { productId: 'MUG', body: '  ' }],
    ['no product', 'send-product', {}],
    ['a field it does not know', 'send-product', { productId: 'MUG', header: 'No' }],
    ['a list without a header', 'send-product-list', { body: 'B', sections: sections(1, 1) }],
    ['a header too long', 'send-product-list', { ...LIST, header: 'x'.repeat(61), sections: sections(1, 1) }],
    ['11 sections', 'send-product-list', { ...LIST, sections: sections(11, 1) }],
    ['31 products in all', 'send-product-list', { ...LIST, sections: sections(1, 31) }],
    ['32 products in two sections', 'send-product-list', { ...LIST, sections: sections(2, 16) }],
    ['an empty section', 'send-product-list', { ...LIST, sections: sections(2, 0) }],
    [
      'two sections, one without a title',
      'send-product-list',
      { ...LIST, sections: [{ productIds: ['MUG'] }, { title: 'B', productIds: ['MUG'] }] },
    ],
    [
      'a title too long',
      'send-product-list',
      { ...LIST, sections: [{ title: 'x'.repeat(25), productIds: ['MUG'] }] },
    ],
    ['a catalog without words', 'send-catalog', {}],
    ['one card', 'send-product-carousel', { body: 'B', productIds: ['MUG'] }],
    ['11 cards', 'send-product-carousel', { body: 'B', productIds: Array(11).fill('MUG') }],
    ['a footer under cards', 'send-product-carousel', { body: 'B', footer: 'F', productIds: ['MUG', 'MUG'] }],
  ])('%s is a 400', async (_, route, body) => {
    const to = '+4915212345678';
    expect(await send(route, { to, ...body })).toMatchObject({ status: 400 });
  });

  it('and a key without the scope a 403', async () => {
    const weak = await newOrganization(stage.api, ['catalog:write']);
    const { status } = await weak.api.post(`${ROUTES}/send-catalog`, {
      ...{ to: '+4915212345678', catalogId: stage.shop.catalogId, body: 'B' },
    });
    expect(status).toBe(403);
  });

  it('names a variant that is not of the product', async () => {
    const to = await visitor();
    for (const variantId of ['MUG', 'BALI-9', trip.id]) {
      const { status, body } = await send('send-product', { to, productId: 'BALI', variantId });
      expect({ status, field: body.errors?.[0].field }).toEqual({ status: 404, field: 'variantId' });
    }
  });
});

describe('a closed window', () => {
  const fallbackTemplate = { name: 'come_back', language: 'en_US', variables: { 1: 'Ana' } };

  it('sends the template instead, as marketing, and counts no share', async () => {
    const to = someone();
    const before = await sharesOf(mug);
    const { status, body } = await send('send-product', { to, productId: 'MUG', fallbackTemplate });
    expect(status).toBe(202);
    expect(body.warnings).toEqual([{ code: 'window_closed', message: expect.any(String) }]);
    await stage.settled(body.messageId);
    const [message] = await stage.accepted(to);
    expect(message).toMatchObject({
      type: 'template',
      template: {
        ...{ name: 'come_back', language: { code: 'en_US' } },
        components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }],
      },
    });
    expect(await sharesOf(mug)).toBe(before);
  });

  it('refuses a template that is unknown, not approved or not filled, before anything is queued', async () => {
    const to = someone();
    const refused = async (fallback: object) => {
      const { status, body } = await send('send-product', {
        to,
        productId: 'MUG',
        fallbackTemplate: fallback,
      });
      return { status, code: code(body) };
    };
    expect(await refused({ name: 'nobody_knows_it', language: 'en_US' })).toEqual({
      ...{ status: 422, code: 'template_unknown' },
    });
    expect(await refused({ name: 'come_back', language: 'en_US' })).toEqual({
      ...{ status: 422, code: 'variables_missing' },
    });
    expect(await stage.engine.sql('SELECT 1 FROM message_outbox WHERE phone_number = $1', [to])).toEqual([]);
  });

  it('is closed for the caller a minute before it is', async () => {
    const to = await visitor();
    await stage.engine.advance('PT23H58M50S');
    expect((await send('send-product', { to, productId: 'MUG' })).status).toBe(202);
    await stage.engine.advance('PT11S');
    const { status, body } = await send('send-product', { to, productId: 'MUG' });
    expect({ status, code: code(body) }).toEqual({ status: 422, code: 'window_closed' });
  });

  it('that closes while the message waits: the message expires with it, and its fallback goes', async () => {
    const [plain, backed] = [await visitor(), await visitor()];
    const [{ id: senderId }] = await stage.engine.sql<any>('SELECT id FROM senders');
    // A pause holds both messages back.
    await stage.api.put(`/api/whatsapp/senders/${senderId}`, { status: 'paused' });
    const one = await send('send-product', { to: plain, productId: 'MUG' });
    const other = await send('send-product', { to: backed, productId: 'MUG', fallbackTemplate });
    await stage.engine.advance('PT23H59M59S');
    expect((await stage.outboxRow(one.body.messageId)).state).toBe('waiting');
    await stage.engine.advance('PT2S');
    expect((await stage.settled(one.body.messageId)).outbox.state).toBe('expired');
    await stage.api.put(`/api/whatsapp/senders/${senderId}`, { status: 'active' });
    await stage.engine.advance('PT10S');
    expect((await stage.settled(other.body.messageId)).outbox.state).toBe('done');
    expect(await stage.accepted(plain)).toEqual([]);
    expect((await stage.accepted(backed)).map(({ type }) => type)).toEqual(['template']);
  });

  it('a STOP that comes while the message waits keeps it from being sent', async () => {
    const to = await visitor();
    const [{ id: senderId }] = await stage.engine.sql<any>('SELECT id FROM senders');
    await stage.api.put(`/api/whatsapp/senders/${senderId}`, { status: 'paused' });
    const { body } = await send('send-product', { to, productId: 'MUG', fallbackTemplate });
    await stage.hears(to, { text: 'STOP' });
    await stage.api.put(`/api/whatsapp/senders/${senderId}`, { status: 'active' });
    await stage.engine.advance('PT10S');
    expect((await stage.settled(body.messageId)).outbox).toMatchObject({
      ...{ state: 'skipped', skip_reason: 'User unsubscribed' },
    });
    const sent = await stage.accepted(to);
    expect(sent.filter(({ type }) => type !== 'text')).toEqual([]);
  });
});

describe('a catalog that is not connected', () => {
  it('is a warning, and the refusal of Meta says why', async () => {
    const to = await visitor();
    const { catalogs } = stage.engine.meta.simulator.state;
    catalogs.connectedId = undefined;
    await stage.engine.advance('PT61S');
    const { status, body } = await send('send-product', { to, productId: 'MUG' });
    expect({ status, warnings: body.warnings }).toEqual({
      status: 202,
      warnings: [{ code: 'catalog_not_connected', message: expect.stringContaining('131009') }],
    });
    expect(await stage.settled(body.messageId)).toMatchObject({
      ...{
        status: 'failed',
        error_code: 131009,
        error_details: expect.stringContaining('Products not found'),
      },
    });
    const { body: told } = await stage.api.get(`${ROUTES}/messages/${body.messageId}`);
    expect(told).toMatchObject({
      ...{ status: 'failed', explanation: expect.stringMatching(/131009.*is not in the catalog/) },
    });
    await stage.engine.advance('PT61S');
    catalogs.connectedId = stage.metaCatalogId;
    expect((await send('send-product', { to, productId: 'MUG' })).body.warnings).toEqual([]);
  });

  it('is asked for at most once a minute, however many messages go', async () => {
    const to = await visitor();
    await stage.engine.advance('PT61S');
    let asked = 0;
    stage.engine.meta.intercept = (url) => {
      if (url.includes('/product_catalogs')) asked += 1;
      return undefined;
    };
    try {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => send('send-product', { to, productId: 'MUG' })),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202));
      await send('send-catalog', { to, body: 'B' });
      expect(asked).toBe(1);
      await stage.engine.advance('PT61S');
      await send('send-catalog', { to, body: 'B' });
      expect(asked).toBe(2);
    } finally {
      stage.engine.meta.intercept = undefined;
    }
  });

  it('stops nothing when Meta does not say', async () => {
    const to = await visitor();
    await stage.engine.advance('PT61S');
    stage.engine.meta.intercept = (url) =>
      url.includes('/product_catalogs') ? { status: 500, body: '{}' } : undefined;
    try {
      const { status, body } = await send('send-product', { to, productId: 'MUG' });
      expect({ status, warnings: body.warnings }).toEqual({ status: 202, warnings: [] });
    } finally {
      stage.engine.meta.intercept = undefined;
    }
  });
});

it('sends once for one Idempotency-Key, whatever races', async () => {
  const to = await visitor();
  const before = await sharesOf(mug);
  const headers = { 'idempotency-key': `race-${to}` };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => send('send-product', { to, productId: 'MUG' }, headers)),
  );
  const taken = answers.filter(({ status }) => status === 202);
  expect(taken.length).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status !== 202 && status !== 409)).toEqual([]);
  const again = await send('send-product', { to, productId: 'MUG' }, headers);
  expect(again).toMatchObject({ status: 202, body: taken[0]?.body });
  expect(new Set(taken.map(({ body }) => body.messageId)).size).toBe(1);
  await stage.settled(again.body.messageId);
  expect(await stage.accepted(to)).toHaveLength(1);
  expect(await sharesOf(mug)).toBe(before + 1);
});

it('counts every share of messages that are sent at the same time', async () => {
  const to = await visitor();
  const before = [await sharesOf(mug), await sharesOf(trip)];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      send('send-product-carousel', {
        to,
        body: 'B',
        productIds: n % 2 ? ['MUG', 'BALI-5'] : ['BALI-7', 'MUG'],
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
  expect([await sharesOf(mug), await sharesOf(trip)]).toEqual(before.map((count) => count + 20));
});
