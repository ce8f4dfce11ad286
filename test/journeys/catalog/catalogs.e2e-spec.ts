import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../../support/api-client.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

const PATH = '/api/whatsapp/catalogs';
const NOWHERE = '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d';
let meta: TestMeta;
let app: TestApp;
/** A fresh organization, without a sender. */
let api: ApiClient;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: meta.env });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});
beforeEach(async () => {
  ({ api } = await newOrganization(app.api));
});

const problem = (code: string) => ({ type: `urn:drumbeat:problem:${code}` });
const product = { sku: 'MUG', name: 'Mug', price: 850 };

describe('a catalog', () => {
  it('is created with defaults, read, changed in part and deleted', async () => {
    const { status, body } = await api.post(PATH, { name: 'Tours' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'Tours',
      currency: 'INR',
      senderId: null,
      metaCatalogId: null,
      isActive: true,
      isPublic: false,
      autoSync: false,
      taxPercent: '0.00',
      pricesIncludeTax: true,
      conflictPolicy: 'local',
      honourShownPricePercent: '0.00',
      totalProducts: 0,
      totalRevenue: '0.00',
      connection: { connected: null, connectedCatalogId: null, checkedAt: null },
    });
    const path = `${PATH}/${body.id}`;
    const changed = await api.put(path, { defaultBrand: 'Acme', taxPercent: 12.5, description: 'x' });
    expect(changed.body).toMatchObject({ name: 'Tours', defaultBrand: 'Acme', taxPercent: '12.50' });
    expect((await api.put(path, { description: null })).body).toMatchObject({
      description: null,
      defaultBrand: 'Acme',
    });
    expect((await api.delete(path)).status).toBe(204);
    expect((await api.get(path)).status).toBe(404);
  });

  it.each([
    ['without a name', {}],
    ['with a blank name', { name: '  ' }],
    ['in an unknown currency', { name: 'x', currency: 'XYZ' }],
    ['in a word for a currency', { name: 'x', currency: 'RUPEES' }],
    ['with tax above 100', { name: 'x', taxPercent: 100.01 }],
    ['with tax of three decimals', { name: 'x', taxPercent: '5.001' }],
    ['with an unknown policy', { name: 'x', conflictPolicy: 'theirs' }],
    ['with an address of another kind', { name: 'x', websiteUrl: 'javascript:alert(1)' }],
    ['with credentials in an address', { name: 'x', defaultImageUrl: 'https://me:pw@a.example/' }],
    ['with a path for an id', { name: 'x', metaCatalogId: '../me' }],
    ['with an unknown property', { name: 'x', colour: 'red' }],
    ['with null for what must be there', { name: 'x', isActive: null }],
  ])('is rejected %s', async (_, body) => {
    expect((await api.post(PATH, body)).status).toBe(400);
  });

  it('lists newest first, page by page', async () => {
    for (const name of ['a', 'b', 'c']) await api.post(PATH, { name });
    const { body } = await api.get(`${PATH}?limit=2`);
    expect(body).toMatchObject({ page: 1, limit: 2, total: 3 });
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['c', 'b']);
  });

  it('keeps its currency while it has a product', async () => {
    const { body: catalog } = await api.post(PATH, { name: 'x' });
    const path = `${PATH}/${catalog.id}`;
    expect((await api.put(path, { currency: 'JPY' })).body.currency).toBe('JPY');
    const { body: mug } = await api.post(`${path}/products`, product);
    expect(mug.price).toBe('850.00');
    expect((await api.put(path, { currency: 'INR' })).body).toMatchObject({
      status: 409,
      ...problem('catalog_not_empty'),
    });
    expect((await api.put(path, { currency: 'JPY', name: 'y' })).status).toBe(200);
    await api.delete(`${path}/products/${mug.id}`);
    expect((await api.put(path, { currency: 'INR' })).status).toBe(200);
  });

  it('counts its products, and shows the first twenty with a cursor to the others', async () => {
    const { body: catalog } = await api.post(PATH, { name: 'x' });
    const path = `${PATH}/${catalog.id}`;
    for (let n = 10; n < 35; n++) {
      await api.post(`${path}/products`, { ...product, sku: `P-${n}`, isActive: n % 5 !== 0 });
    }
    const { body } = await api.get(path);
    expect(body).toMatchObject({ totalProducts: 25, activeProducts: 20 });
    expect(body.products).toHaveLength(20);
    const rest = await api.get(`${path}/products?cursor=${body.productsNextCursor}`);
    expect(rest.body.data.map(({ sku }: { sku: string }) => sku)).toEqual([
      'P-30',
      'P-31',
      'P-32',
      'P-33',
      'P-34',
    ]);
  });

  it('needs the scopes of the catalog', async () => {
    const { id: organizationId } = await newOrganization(app.api);
    const key = async (scopes: string[]) =>
      app.api.withKey((await app.api.post('/api/keys', { name: 'k', scopes, organizationId })).body.key);
    const reader = await key(['catalog:read']);
    expect((await reader.get(PATH)).status).toBe(200);
    expect((await reader.post(PATH, { name: 'x' })).status).toBe(403);
    expect((await (await key(['orders:write'])).get(PATH)).status).toBe(403);
    expect((await (await key(['catalog:write'])).post(PATH, { name: 'x' })).status).toBe(201);
  });
});

describe('a catalog at Meta', () => {
  const waba = '102290129340398';
  const business = '506914307656634';
  const graph = async (path: string, body?: object): Promise<{ id?: string; data?: { id: string }[] }> => {
    const response = await fetch(`${meta.url}/v26.0${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: 'Bearer simulator-token', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as { id?: string; data?: { id: string }[] };
  };
  const connected = async () => (await graph(`/${waba}/product_catalogs`)).data?.map(({ id }) => id);
  const isThere = async (id: string) => (await graph(`/${id}?fields=id`)).id === id;
  // The operator's organization has the sender of the simulator, whose portfolio has a demo catalog.
  let demo: string;
  beforeAll(async () => {
    demo = (await graph(`/${business}/owned_product_catalogs`)).data?.[0]?.id ?? '';
  });

  it('is adopted if the token of the sender reaches it, once in an organization', async () => {
    const { status, body } = await app.api.post(PATH, { name: 'Adopted', metaCatalogId: demo });
    expect(status).toBe(201);
    expect(body).toMatchObject({ metaCatalogId: demo, isAdopted: true });
    expect((await app.api.post(PATH, { name: 'Again', metaCatalogId: demo })).body).toMatchObject({
      status: 409,
      ...problem('meta_catalog_taken'),
    });
    const path = `${PATH}/${body.id}`;
    expect((await app.api.put(path, { metaCatalogId: null })).body).toMatchObject({
      metaCatalogId: null,
      isAdopted: false,
    });
    expect((await app.api.delete(path)).status).toBe(204);
  });

  it('cannot be adopted when Meta does not show it', async () => {
    for (const metaCatalogId of ['999999', business]) {
      const { body } = await app.api.post(PATH, { name: 'x', metaCatalogId });
      expect(body).toMatchObject({ status: 422, ...problem('catalog_not_reachable') });
    }
    expect((await api.post(PATH, { name: 'x', metaCatalogId: demo })).body).toMatchObject({
      status: 422,
      ...problem('no_sender'),
    });
  });

  it('is left alone, disconnected or deleted with ours', async () => {
    const create = async (name: string) => {
      const { id = '' } = await graph(`/${business}/owned_product_catalogs`, { name });
      await graph(`/${waba}/product_catalogs`, { catalog_id: id });
      const { body } = await app.api.post(PATH, { name, metaCatalogId: id });
      return { id, path: `${PATH}/${body.id}` };
    };
    const left = await create('left');
    expect((await app.api.delete(left.path)).status).toBe(204);
    expect(await connected()).toEqual([left.id]);
    const disconnected = await create('disconnected');
    expect((await app.api.delete(`${disconnected.path}?atMeta=disconnect`)).status).toBe(204);
    expect(await connected()).toEqual([]);
    expect(await isThere(disconnected.id)).toBe(true);
    const deleted = await create('deleted');
    expect((await app.api.delete(`${deleted.path}?atMeta=delete`)).status).toBe(204);
    expect(await isThere(deleted.id)).toBe(false);
    expect((await app.api.delete(`${left.path}?atMeta=burn`)).status).toBe(400);
  });
});

describe('another organization', () => {
  it('finds nothing of this one, in a path or a body', async () => {
    const { api: other } = await newOrganization(app.api);
    const { body: catalog } = await api.post(PATH, { name: 'mine' });
    const { body: mug } = await api.post(`${PATH}/${catalog.id}/products`, product);
    const products = `${PATH}/${catalog.id}/products`;
    const { body: variant } = await api.post(`${products}/${mug.id}/variants`, { ...product, sku: 'MUG-1' });
    const { body: theirs } = await other.post(PATH, { name: 'theirs' });
    const answers = await Promise.all([
      other.get(`${PATH}/${catalog.id}`),
      other.put(`${PATH}/${catalog.id}`, { name: 'x' }),
      other.delete(`${PATH}/${catalog.id}`),
      other.get(products),
      other.post(products, product),
      other.get(`${products}/${mug.id}`),
      other.put(`${products}/${mug.id}`, { name: 'x' }),
      other.delete(`${products}/${mug.id}`),
      other.post(`${products}/${mug.id}/variants`, { ...product, sku: 'V' }),
      other.get(`${products}/${mug.id}/variants`),
      other.put(`${products}/${mug.id}/variants/${variant.id}`, { name: 'x' }),
      other.delete(`${products}/${mug.id}/variants/${variant.id}`),
      // Their own catalog, our product; our catalog and product, a variant that is not there.
      other.get(`${PATH}/${theirs.id}/products/${mug.id}`),
      other.post(`${PATH}/${theirs.id}/products/${mug.id}/variants`, { ...product, sku: 'V' }),
      api.get(`${products}/${mug.id}/variants/${NOWHERE}`),
      // A sender of another organization.
      other.post(PATH, { name: 'x', senderId: (await app.api.get('/api/whatsapp/senders')).body.data[0].id }),
      other.put(`${PATH}/${theirs.id}`, {
        senderId: (await app.api.get('/api/whatsapp/senders')).body.data[0].id,
      }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect((await api.get(`${PATH}/${catalog.id}`)).body).toMatchObject({ name: 'mine', totalProducts: 1 });
  });

  it('may use the same SKU, as may a second catalog', async () => {
    const { api: other } = await newOrganization(app.api);
    const created = await Promise.all(
      [api, api, other].map(async (caller) => {
        const { body } = await caller.post(PATH, { name: 'x', currency: 'USD' });
        return (await caller.post(`${PATH}/${body.id}/products`, product)).status;
      }),
    );
    expect(created).toEqual([201, 201, 201]);
  });
});
