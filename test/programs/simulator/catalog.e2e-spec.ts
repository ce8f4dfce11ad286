import { describe, expect, it } from '@jest/globals';
import { until } from '../../support/until.js';
import { App, BUSINESS, errorOf, Meta, PHONE, WABA, type Json } from '../support/simulator-harness.js';

const DEMO = '700100200300401';
const saree: Json = {
  id: 'SAREE-RED-M',
  item_group_id: 'SAREE-RED',
  title: 'Silk saree, red',
  description: 'Handwoven silk',
  availability: 'in stock',
  condition: 'new',
  price: '45000.00 INR',
  link: 'https://shop.example/p/saree-red',
  image: [{ url: 'https://cdn.example/saree-red.jpg', tag: [] }],
  brand: 'Example',
  additional_variant_attribute: 'Border:Gold,Weave:Fine',
};

async function batch(meta: Meta, catalog: string, requests: Json[], extra: Json = {}): Promise<Json> {
  const { body } = await meta.call('POST', `/v25.0/${catalog}/items_batch`, {
    item_type: 'PRODUCT_ITEM',
    requests,
    ...extra,
  });
  const [handle] = body.handles as string[];
  let status: Json = {};
  await until(async () => {
    const query = `handle=${String(handle)}&load_ids_of_invalid_requests=true`;
    const answer = await meta.call('GET', `/v25.0/${catalog}/check_batch_request_status?${query}`);
    status = (answer.body.data as Json[])[0] ?? {};
    return status.status === 'finished';
  });
  return { ...status, validation: body.validation_status };
}

const read = async (meta: Meta, retailerId: string, fields: string, catalog = DEMO) =>
  meta.call(
    'GET',
    `/v25.0/catalog:${catalog}:${encodeURIComponent(Buffer.from(retailerId).toString('base64'))}?fields=${fields}`,
  );

describe('catalogs', () => {
  it('are created, connected, listed and deleted', async () => {
    const meta = await Meta.start();
    const owned = `/v25.0/${BUSINESS}/owned_product_catalogs`;
    const { body } = await meta.call('POST', owned, { name: 'Shop', vertical: 'commerce' });
    const id = String(body.id);
    expect(errorOf(await meta.call('POST', owned, { name: 'Shop' }))).toMatchObject({ code: 804 });
    expect((await meta.call('GET', `${owned}?fields=id,name`)).body.data).toEqual([
      { id: DEMO, name: 'Demo catalog' },
      { id, name: 'Shop' },
    ]);
    const connected = `/v25.0/${WABA}/product_catalogs`;
    expect((await meta.call('POST', connected, { catalog_id: id })).body).toEqual({ success: true });
    expect((await meta.call('GET', connected)).body.data).toEqual([{ id, name: 'Shop' }]);
    expect((await meta.call('DELETE', `${connected}?catalog_id=${id}`)).body).toEqual({ success: true });
    expect((await meta.call('GET', connected)).body.data).toEqual([]);
    expect((await meta.call('GET', `/v25.0/${id}?fields=product_count,vertical`)).body).toEqual({
      id,
      product_count: 0,
      vertical: 'commerce',
    });
    expect((await meta.call('DELETE', `/v25.0/${id}`)).body).toEqual({ success: true });
    expect(errorOf(await meta.call('GET', `/v25.0/${id}`))).toMatchObject({ code: 100, error_subcode: 33 });
  });

  it('have commerce settings per number, set in the query', async () => {
    const meta = await Meta.start();
    const path = `/v25.0/${PHONE}/whatsapp_commerce_settings`;
    expect((await meta.call('GET', path)).body.data).toEqual([
      { id: PHONE, is_cart_enabled: true, is_catalog_visible: false },
    ]);
    expect((await meta.call('POST', `${path}?is_cart_enabled=false&is_catalog_visible=true`)).body).toEqual({
      success: true,
    });
    expect((await meta.call('GET', path)).body.data).toEqual([
      { id: PHONE, is_cart_enabled: false, is_catalog_visible: true },
    ]);
  });
});

describe('items_batch', () => {
  it('is accepted first and applied later, and the app is notified', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url }, { catalogBatchMs: 0 });
    const status = await batch(meta, DEMO, [
      { method: 'UPDATE', data: saree },
      { method: 'DELETE', data: { id: 'MUG-WHITE' } },
    ]);
    expect(status).toMatchObject({ errors_total_count: 0, ids_of_invalid_requests: [], validation: [] });
    const fields =
      'name,price,currency,url,image_url,retailer_product_group_id,additional_variant_attributes,availability';
    expect((await read(meta, 'SAREE-RED-M', fields)).body).toEqual({
      id: expect.stringMatching(/^\d+$/),
      name: 'Silk saree, red',
      price: '₹45,000.00',
      currency: 'INR',
      url: 'https://shop.example/p/saree-red',
      image_url: 'https://cdn.example/saree-red.jpg',
      retailer_product_group_id: 'SAREE-RED',
      additional_variant_attributes: { Border: 'Gold', Weave: 'Fine' },
      availability: 'in stock',
    });
    const gone = await read(meta, 'MUG-WHITE', 'id');
    expect([gone.status, errorOf(gone).code]).toEqual([400, 100]);
    await meta.settled();
    expect(app.bodies()).toEqual([
      expect.objectContaining({ object: 'catalog', entry: [expect.objectContaining({ id: DEMO })] }),
    ]);
    expect(app.values('items_batch')).toEqual([
      { catalog_id: DEMO, handle: status.handle, status: 'Finished' },
    ]);
  });

  it('changes only the given fields, and clears a sale price that is empty', async () => {
    const meta = await Meta.start({}, { catalogBatchMs: 0 });
    const update = (data: Json) =>
      batch(meta, DEMO, [{ method: 'UPDATE', data: { id: 'MUG-WHITE', ...data } }]);
    await update({ sale_price: '5.00 USD' });
    expect((await read(meta, 'MUG-WHITE', 'name,price,sale_price')).body).toMatchObject({
      name: 'White mug',
      sale_price: '$5.00',
    });
    await update({ price: '9.1 USD' });
    expect((await read(meta, 'MUG-WHITE', 'price,sale_price')).body).toMatchObject({
      price: '$9.10',
      sale_price: '$5.00',
    });
    await update({ sale_price: '' });
    expect((await read(meta, 'MUG-WHITE', 'price,sale_price')).body).not.toHaveProperty('sale_price');
  });

  it('reports what is wrong with each item and applies the rest', async () => {
    const meta = await Meta.start({}, { catalogBatchMs: 0 });
    const status = await batch(meta, DEMO, [
      { method: 'UPDATE', data: { id: 'NEW', title: 'too little' } },
      { method: 'UPDATE', data: { id: 'MUG-WHITE', price: '1,000.00 USD' } },
      { method: 'UPDATE', data: { id: 'TOTE-BAG', title: 'Bag', colour: 'unknown field' } },
      { method: 'UPDATE', data: { id: 'TOTE-BAG', title: 'twice' } },
      { method: 'EXPLODE', data: { id: 'X' } },
    ]);
    expect(status.ids_of_invalid_requests).toEqual(['NEW', 'MUG-WHITE', 'TOTE-BAG', 'X']);
    expect(status.warnings).toEqual([{ line: 3, id: 'TOTE-BAG', message: 'Unknown field: colour.' }]);
    expect(status.errors_total_count).toBeGreaterThanOrEqual(4);
    expect((await read(meta, 'TOTE-BAG', 'name')).body).toMatchObject({ name: 'Bag' });
  });

  it('without the flag names no invalid ids, and without upsert creates no new item', async () => {
    const meta = await Meta.start({}, { catalogBatchMs: 0 });
    const status = await batch(meta, DEMO, [{ method: 'UPDATE', data: saree }], { allow_upsert: false });
    expect(status.ids_of_invalid_requests).toEqual(['SAREE-RED-M']);
    const path = `/v25.0/${DEMO}/check_batch_request_status?handle=${String(status.handle)}`;
    expect((await meta.call('GET', path)).body.data).toMatchObject([
      { ids_of_invalid_requests: [], errors_total_count: 1 },
    ]);
  });

  it.each<[string, Json]>([
    ['no requests', {}],
    ['an empty list', { requests: [] }],
    ['too many', { requests: Array.from({ length: 5001 }, () => ({})) }],
    ['text that is not JSON', { requests: '[{' }],
  ])('is refused with %s', async (_, body) => {
    const meta = await Meta.start();
    expect(errorOf(await meta.call('POST', `/v25.0/${DEMO}/items_batch`, body))).toMatchObject({ code: 100 });
  });

  it('meets what the scenario has in store, as often as it says', async () => {
    const meta = await Meta.start();
    const send = () =>
      meta.call('POST', `/v25.0/${DEMO}/items_batch`, {
        item_type: 'PRODUCT_ITEM',
        requests: [{ method: 'UPDATE', data: saree }],
      });
    await meta.call('PATCH', '/simulator/scenario', {
      catalogErrors: [
        { kind: 'code', call: 'items_batch', minutes: 7, times: 1 },
        { kind: 'cut-before', call: 'items_batch', times: 1 },
        { kind: 'empty-handles', times: 1 },
        { kind: 'reject', skus: ['SAREE*'], message: 'Not today.' },
      ],
    });
    await expect(send()).rejects.toThrow();
    const throttled = await send();
    expect(errorOf(throttled)).toMatchObject({ code: 80014 });
    const empty = await send();
    expect(empty.body).toMatchObject({ handles: [], validation_status: [{ retailer_id: 'SAREE-RED-M' }] });
    const status = await batch(meta, DEMO, [{ method: 'UPDATE', data: saree }]);
    expect(status).toMatchObject({ errors_total_count: 1, ids_of_invalid_requests: ['SAREE-RED-M'] });
    expect(errorOf(await read(meta, 'SAREE-RED-M', 'id'))).toMatchObject({ code: 100 });
  });

  it('lists pages that repeat and miss items, uncounted, with images of its own', async () => {
    const meta = await Meta.start();
    await meta.call('PATCH', '/simulator/scenario', {
      catalogPages: { repeat: 1, miss: 1, summary: false, most: 3 },
      catalogImages: 'rehost',
    });
    const list = (limit: number) =>
      meta.call('GET', `/v25.0/${DEMO}/products?summary=true&limit=${limit}&fields=retailer_id,image_url`);
    expect(errorOf(await list(4))).toMatchObject({ code: 1 });
    const [first, again] = [(await list(3)).body, (await list(3)).body];
    const skus = (first.data as Json[]).map((item) => item.retailer_id);
    expect(skus).toEqual(['TSHIRT-BLUE-M', 'MUG-WHITE', 'TSHIRT-BLUE-M']);
    expect(first.summary).toBeUndefined();
    expect((first.data as Json[])[0]?.image_url).not.toBe((again.data as Json[])[0]?.image_url);
  });

  it('can be edited behind the back of the app', async () => {
    const meta = await Meta.start();
    const mug = '/simulator/catalogs/connected/products/MUG-WHITE';
    await meta.call('POST', mug, {
      price: '9.50 USD',
      fields: { name: 'Large mug' },
      review: 'REJECTED',
      reasons: 'Too large',
    });
    const fields = 'name,price,capability_to_review_status,review_rejection_reasons';
    expect((await read(meta, 'MUG-WHITE', fields)).body).toMatchObject({
      name: 'Large mug',
      price: '$9.50',
      capability_to_review_status: [{ key: 'WHATSAPP', value: 'REJECTED' }],
      review_rejection_reasons: ['Too large'],
    });
    expect((await meta.call('POST', mug, { fields: { colour: 'red' } })).status).toBe(400);
    await meta.call('DELETE', mug);
    expect(errorOf(await read(meta, 'MUG-WHITE', 'id'))).toMatchObject({ code: 100 });
  });

  it('rejects the handle of another catalog', async () => {
    const meta = await Meta.start();
    const path = `/v25.0/${DEMO}/check_batch_request_status?handle=nonsense`;
    expect(errorOf(await meta.call('GET', path))).toMatchObject({ code: 100 });
  });
});

describe('products', () => {
  it('are listed page by page with their total', async () => {
    const meta = await Meta.start();
    const seen: unknown[] = [];
    let next: string | undefined =
      `${meta.url}/v25.0/${DEMO}/products?limit=3&fields=retailer_id&summary=true`;
    while (next !== undefined) {
      const { body } = await meta.call('GET', next.slice(meta.url.length));
      expect(body.summary).toEqual({ total_count: 4 });
      seen.push(...(body.data as Json[]).map((product) => product.retailer_id));
      next = (body.paging as { next?: string }).next;
    }
    expect(seen).toEqual(['TSHIRT-RED-M', 'TSHIRT-BLUE-M', 'MUG-WHITE', 'TOTE-BAG']);
  });

  it.each<[Json, string[]]>([
    [{ retailer_id: { eq: 'MUG-WHITE' } }, ['MUG-WHITE']],
    [{ retailer_id: { is_any: ['MUG-WHITE', 'TOTE-BAG'] } }, ['MUG-WHITE', 'TOTE-BAG']],
    [{ name: { i_contains: 'T-SHIRT' } }, ['TSHIRT-RED-M', 'TSHIRT-BLUE-M']],
    [{ and: [{ name: { contains: 'shirt' } }, { retailer_id: { neq: 'TSHIRT-RED-M' } }] }, ['TSHIRT-BLUE-M']],
    [
      { or: [{ price_amount: { lt: 900 } }, { retailer_id: { starts_with: 'TOTE' } }] },
      ['MUG-WHITE', 'TOTE-BAG'],
    ],
    [{ retailer_id: { eq: 'nothing' } }, []],
  ])('are filtered by %j', async (filter, expected) => {
    const meta = await Meta.start();
    const query = `fields=retailer_id&filter=${encodeURIComponent(JSON.stringify(filter))}`;
    const { body } = await meta.call('GET', `/v25.0/${DEMO}/products?${query}`);
    expect((body.data as Json[]).map((product) => product.retailer_id)).toEqual(expected);
  });

  it('are created, changed and deleted one by one, in minor units', async () => {
    const meta = await Meta.start();
    const path = `/v25.0/${DEMO}/products`;
    const cup = {
      retailer_id: 'CUP',
      name: 'Cup',
      price: 1050,
      currency: 'USD',
      image_url: 'https://cdn.example/cup.jpg',
    };
    const { id } = (await meta.call('POST', path, cup)).body as { id: string };
    const show = async () => (await meta.call('GET', `/v25.0/${id}?fields=retailer_id,name,price`)).body;
    expect(await show()).toEqual({ id, retailer_id: 'CUP', name: 'Cup', price: '$10.50' });
    expect((await meta.call('POST', `/v25.0/${id}`, { name: 'Big cup', price: '1200' })).body).toEqual({
      success: true,
    });
    expect(await show()).toMatchObject({ name: 'Big cup', price: '$12.00' });
    expect((await meta.call('POST', path, { ...cup, name: 'Upserted' })).body).toEqual({ id });
    expect((await meta.call('DELETE', `/v25.0/${id}`)).body).toEqual({ success: true });
    expect(errorOf(await meta.call('GET', `/v25.0/${id}`))).toMatchObject({ code: 100 });
  });

  it.each([
    ['/v23.0', {}, 10800],
    ['/v24.0', { allow_upsert: false }, 10800],
    ['/v24.0', {}, undefined],
  ])('that exist are an error on %s with %j: %s', async (prefix, extra, code) => {
    const meta = await Meta.start();
    const product = { retailer_id: 'MUG-WHITE', name: 'Mug', price: 1, currency: 'USD', ...extra };
    const answer = await meta.call('POST', `${prefix}/${DEMO}/products`, product);
    expect((answer.body.error as Json | undefined)?.code).toBe(code);
  });

  it('accept parameters as a form too', async () => {
    const meta = await Meta.start();
    const form = new URLSearchParams({
      retailer_id: 'CUP',
      name: 'Cup & saucer',
      price: '500',
      currency: 'JPY',
    });
    const answer = await meta.call('POST', `/v25.0/${DEMO}/products`, form.toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect((await meta.call('GET', `/v25.0/${String(answer.body.id)}?fields=name,price`)).body).toMatchObject(
      {
        name: 'Cup & saucer',
        price: '¥500',
      },
    );
  });
});

describe('product messages', () => {
  const interactive = async (meta: Meta, content: Json) => {
    await meta.call('POST', '/simulator/inbound', { from: '+14155550101', text: 'hi' });
    return meta.send({ to: '+14155550101', type: 'interactive', interactive: content });
  };
  const text = { body: { text: 'Look' } };
  const section = (...ids: string[]) => ({
    title: 'All',
    product_items: ids.map((id) => ({ product_retailer_id: id })),
  });
  const header = { header: { type: 'text', text: 'Picks' } };
  const catalog = (sku: string) => ({
    ...{ type: 'catalog_message', ...text },
    action: { name: 'catalog_message', parameters: { thumbnail_product_retailer_id: sku } },
  });
  const card = (index: number, sku: string, catalogId = DEMO) => ({
    ...{ card_index: index, type: 'product' },
    action: { product_retailer_id: sku, catalog_id: catalogId },
  });
  const carousel = (...list: Json[]) => ({ type: 'carousel', ...text, action: { cards: list } });
  const cards = (...skus: string[]) => carousel(...skus.map((sku, index) => card(index, sku)));

  it.each<[string, Json]>([
    ['a product', { type: 'product', action: { catalog_id: DEMO, product_retailer_id: 'MUG-WHITE' } }],
    [
      'a list with one known product',
      {
        type: 'product_list',
        ...header,
        ...text,
        action: { catalog_id: DEMO, sections: [section('MUG-WHITE', 'X')] },
      },
    ],
    ['the catalog', catalog('MUG-WHITE')],
    ['cards', cards('MUG-WHITE', 'TOTE-BAG')],
    [
      'buttons',
      { type: 'button', ...text, action: { buttons: [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }] } },
    ],
  ])('of %s are sent', async (_, content) => {
    const meta = await Meta.start();
    expect(await interactive(meta, content)).toMatchObject({ status: 200 });
  });

  it.each<[string, Json, number]>([
    [
      'an unknown product',
      { type: 'product', action: { catalog_id: DEMO, product_retailer_id: 'X' } },
      131009,
    ],
    [
      'another catalog',
      { type: 'product', action: { catalog_id: '1', product_retailer_id: 'MUG-WHITE' } },
      131009,
    ],
    [
      'a product with a header',
      { type: 'product', ...header, action: { catalog_id: DEMO, product_retailer_id: 'MUG-WHITE' } },
      131009,
    ],
    [
      'a list without a header',
      { type: 'product_list', ...text, action: { catalog_id: DEMO, sections: [section('MUG-WHITE')] } },
      131008,
    ],
    [
      'a list of unknown products',
      { type: 'product_list', ...header, ...text, action: { catalog_id: DEMO, sections: [section('X')] } },
      131009,
    ],
    [
      '31 products',
      {
        type: 'product_list',
        ...header,
        ...text,
        action: { sections: [section(...Array.from({ length: 31 }, () => 'MUG-WHITE'))] },
      },
      131009,
    ],
    [
      '11 sections',
      {
        type: 'product_list',
        ...header,
        ...text,
        action: { sections: Array.from({ length: 11 }, () => section('MUG-WHITE')) },
      },
      131009,
    ],
    [
      'four buttons',
      {
        type: 'button',
        ...text,
        action: { buttons: Array.from({ length: 4 }, () => ({ reply: { id: 'y', title: 'Yes' } })) },
      },
      131009,
    ],
    [
      'a long button',
      { type: 'button', ...text, action: { buttons: [{ reply: { id: 'y', title: 'x'.repeat(21) } }] } },
      131009,
    ],
    ['no body', { type: 'button', action: { buttons: [{ reply: { id: 'y', title: 'Yes' } }] } }, 131008],
    [
      '11 rows',
      {
        type: 'list',
        ...text,
        action: {
          button: 'Open',
          sections: [{ rows: Array.from({ length: 11 }, () => ({ id: 'r', title: 'R' })) }],
        },
      },
      131009,
    ],
    ['no thumbnail', { type: 'catalog_message', ...text, action: { name: 'catalog_message' } }, 131009],
    ['an unknown thumbnail', catalog('X'), 131009],
    ['a header over the catalog', { ...header, ...catalog('MUG-WHITE') }, 131009],
    ['one card', cards('MUG-WHITE'), 131009],
    ['11 cards', cards(...Array<string>(11).fill('MUG-WHITE')), 131009],
    ['a card of an unknown product', cards('MUG-WHITE', 'X'), 131009],
    ['two cards with one index', carousel(card(0, 'MUG-WHITE'), card(0, 'TOTE-BAG')), 131009],
    ['cards of two catalogs', carousel(card(0, 'MUG-WHITE'), card(1, 'TOTE-BAG', '1')), 131009],
    ['a card without a product', carousel(card(0, 'MUG-WHITE'), { card_index: 1, type: 'product' }), 131008],
    ['a footer under cards', { ...cards('MUG-WHITE', 'TOTE-BAG'), footer: { text: 'F' } }, 131009],
  ])('with %s are refused', async (_, content, code) => {
    const meta = await Meta.start();
    expect(errorOf(await interactive(meta, content))).toMatchObject({ code });
  });
});

describe('products in templates', () => {
  const body = { type: 'BODY', text: 'Look' };
  const button = (type: string) => ({ type: 'BUTTONS', buttons: [{ type, text: 'View' }] });
  const header = { type: 'HEADER', format: 'PRODUCT' };
  const action = (sub_type: string, content: Json) => ({
    ...{ type: 'button', sub_type, index: '0' },
    parameters: [{ type: 'action', action: content }],
  });
  const shown = (sku: string, catalogId = DEMO) => ({
    type: 'header',
    parameters: [{ type: 'product', product: { product_retailer_id: sku, catalog_id: catalogId } }],
  });
  const list = (count: number, sku: string) => ({
    thumbnail_product_retailer_id: sku,
    sections: [{ product_items: Array(count).fill({ product_retailer_id: sku }) }],
  });
  const cards = (...skus: string[]) => ({
    type: 'carousel',
    cards: skus.map((sku, card_index) => ({ card_index, components: [shown(sku)] })),
  });
  const card = { components: [header, button('SPM')] };
  const approved = { type: 'CAROUSEL', cards: [card, card] };

  it.each<[string, Json[], Json[], number | null]>([
    [
      'a picture',
      [body, button('CATALOG')],
      [action('CATALOG', { thumbnail_product_retailer_id: 'MUG-WHITE' })],
      null,
    ],
    ['no picture', [body, button('CATALOG')], [], null],
    [
      'an unknown picture',
      [body, button('CATALOG')],
      [action('CATALOG', { thumbnail_product_retailer_id: 'X' })],
      131009,
    ],
    ['30 products', [body, button('MPM')], [action('mpm', list(30, 'MUG-WHITE'))], null],
    ['31 products', [body, button('MPM')], [action('mpm', list(31, 'MUG-WHITE'))], 131009],
    ['unknown products', [body, button('MPM')], [action('mpm', list(1, 'X'))], 131009],
    ['no products', [body, button('MPM')], [], 131008],
    ['a product', [header, body], [shown('MUG-WHITE')], null],
    ['a product of another catalog', [header, body], [shown('MUG-WHITE', '1')], 131009],
    ['three cards', [body, approved], [cards('MUG-WHITE', 'TOTE-BAG', 'MUG-WHITE')], null],
    ['one card', [body, approved], [cards('MUG-WHITE')], 131009],
    ['a card of an unknown product', [body, approved], [cards('MUG-WHITE', 'X')], 131009],
  ])('%s', async (_, components, sent, code) => {
    const meta = await Meta.start();
    await meta.call('PATCH', '/simulator/scenario', { templateReview: { outcome: 'approve', delayMs: 0 } });
    const named = { name: 'products', language: 'en_US' };
    const created = await meta.call('POST', `/v25.0/${WABA}/message_templates`, {
      ...{ ...named, category: 'MARKETING', components },
    });
    expect(created.status).toBe(200);
    await meta.call('POST', '/simulator/template/products', { status: 'APPROVED' });
    const template = { name: named.name, language: { code: named.language }, components: sent };
    const answer = await meta.send({ to: '+14155550101', type: 'template', template });
    if (code === null) expect(answer).toMatchObject({ status: 200 });
    else expect(errorOf(answer)).toMatchObject({ code });
  });
});
