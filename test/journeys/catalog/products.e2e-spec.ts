import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import type { ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

const CATALOGS = '/api/whatsapp/catalogs';
let app: TestApp;
let api: ApiClient;
let catalog: string;
let products: string;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});
beforeEach(async () => {
  ({ api } = await newOrganization(app.api));
  ({ catalog, products } = await newCatalog({ name: 'Tours' }));
});

const newCatalog = async (body: object) => {
  const { body: created } = await api.post(CATALOGS, body);
  return { catalog: `${CATALOGS}/${created.id}`, products: `${CATALOGS}/${created.id}/products` };
};
const sql = (text: string, values: unknown[] = []): Promise<Record<string, any>[]> =>
  app.app.get(Database).manager.query(text, values);
const problem = (status: number, code: string) => ({ status, type: `urn:drumbeat:problem:${code}` });
const BALI = {
  sku: 'BALI-2025-001',
  name: 'Bali Paradise Package',
  description: '5 days, "half board",\nflights',
  price: 45000,
  salePrice: '42000.50',
  saleStartsAt: '2025-06-01T10:00:00.000Z',
  saleEndsAt: '2025-07-01T10:00:00.000Z',
  currency: 'INR',
  availability: 'in_stock',
  quantity: 12,
  imageUrl: 'https://cdn.example.com/bali.jpg',
  imageUrls: ['https://cdn.example.com/1.jpg', 'https://cdn.example.com/2.jpg'],
  videoUrl: 'https://cdn.example.com/bali.mp4',
  url: 'https://shop.example.com/bali?x=1#top',
  category: 'International',
  brand: 'Bali Tours',
  condition: 'new',
  variantOptions: { duration: ['3 days', '5 days'] },
  tags: ['beach', 'family'],
  isActive: true,
  isVisible: true,
  compliance: {
    originCountry: 'ID',
    importerName: 'X',
    importerAddress: { city: 'Goa', postalCode: '403001' },
  },
};
const MUG = { sku: 'MUG', name: 'Mug', price: '8.50' };

describe('a product', () => {
  it('keeps every field, and shows amounts with two decimals', async () => {
    const { status, body } = await api.post(products, BALI);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...BALI,
      price: '45000.00',
      hasVariants: false,
      reservedQuantity: 0,
      isAvailable: true,
      metaProductId: null,
      sync: { status: 'not_synced', problems: [], reviewStatus: null, reviewReasons: [], lastSentAt: null },
    });
    expect((await api.get(`${products}/${body.id}`)).body).toEqual(body);
    const [row] = await sql('SELECT quantity, price FROM whatsapp_products WHERE sku = $1 AND id = $2', [
      BALI.sku,
      body.id,
    ]);
    expect(row).toEqual({ quantity: 12, price: '45000.00' });
  });

  it('is changed in part; null clears, and what cannot be empty stays', async () => {
    const { body } = await api.post(products, BALI);
    const path = `${products}/${body.id}`;
    const { body: renamed } = await api.put(path, { name: 'New' });
    expect({ ...renamed, updatedAt: body.updatedAt, name: body.name }).toEqual(body);
    const cleared = {
      description: null,
      salePrice: null,
      saleStartsAt: null,
      saleEndsAt: null,
      quantity: null,
      imageUrl: null,
      videoUrl: null,
      url: null,
      category: null,
      brand: null,
      variantOptions: null,
      compliance: null,
    };
    expect((await api.put(path, { ...cleared, imageUrls: [], tags: [] })).body).toMatchObject({
      ...cleared,
      imageUrls: [],
      tags: [],
      price: '45000.00',
    });
    for (const field of [
      'name',
      'price',
      'currency',
      'availability',
      'condition',
      'tags',
      'imageUrls',
      'isActive',
      'isVisible',
    ]) {
      const answer = await api.put(path, { [field]: null });
      expect([field, answer.status, answer.body.errors?.[0]?.field]).toEqual([field, 400, field]);
    }
  });

  it.each<[string, object, string]>([
    ['a price of three decimals', { price: '1.005' }, 'price'],
    ['a price below zero', { price: -1 }, 'price'],
    ['a price beyond the column', { price: '100000000.00' }, 'price'],
    ['a price with an exponent', { price: 1e21 }, 'price'],
    ['a sale price at the price', { price: 10, salePrice: 10 }, 'salePrice'],
    ['a sale price above it', { price: 10, salePrice: '10.01' }, 'salePrice'],
    [
      'a sale that ends before it starts',
      { saleStartsAt: '2025-06-02T00:00:00Z', saleEndsAt: '2025-06-01T00:00:00Z' },
      'saleEndsAt',
    ],
    ['another currency', { currency: 'USD' }, 'currency'],
    ['an unknown availability', { availability: 'soon' }, 'availability'],
    ['an unknown condition', { condition: 'broken' }, 'condition'],
    ['a quantity below zero', { quantity: -1 }, 'quantity'],
    ['half a piece', { quantity: 1.5 }, 'quantity'],
    ['a quantity in text', { quantity: '2' }, 'quantity'],
    ['a billion pieces', { quantity: 1e9 }, 'quantity'],
    ['an address without a scheme', { imageUrl: 'cdn.example.com/a.jpg' }, 'imageUrl'],
    ['a script for an address', { url: 'javascript:alert(1)' }, 'url'],
    ['credentials in an address', { videoUrl: 'https://user:pw@a.example/' }, 'videoUrl'],
    ['21 images', { imageUrls: Array.from({ length: 21 }, (_, n) => `https://a.example/${n}`) }, 'imageUrls'],
    [
      'a bad address among good ones',
      { imageUrls: ['https://a.example/1', 'ftp://a.example/2'] },
      'imageUrls',
    ],
    ['51 tags', { tags: Array.from({ length: 51 }, (_, n) => `t${n}`) }, 'tags'],
    ['an option that is not a list', { variantOptions: { size: 'M' } }, 'variantOptions'],
    [
      '11 options',
      { variantOptions: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`o${n}`, ['x']])) },
      'variantOptions',
    ],
    [
      'an unknown part of an address',
      { compliance: { importerAddress: { planet: 'Earth' } } },
      'compliance.importerAddress.planet',
    ],
    ['a blank name', { name: ' \t' }, 'name'],
    ['a blank before the SKU', { sku: ' A' }, 'sku'],
    ['a control character in the SKU', { sku: 'A\u0007B' }, 'sku'],
    ['a SKU of 10 kB', { sku: 'A'.repeat(10_000) }, 'sku'],
    ['an unknown property', { colour: 'red' }, 'colour'],
  ])('is rejected for %s', async (_, wrong, field) => {
    const { status, body } = await api.post(products, { ...MUG, ...wrong });
    expect([status, body.errors?.[0]?.field]).toEqual([400, field]);
    expect((await api.get(catalog)).body.totalProducts).toBe(0);
  });

  it('compares the sale price with the price that stays', async () => {
    const { body } = await api.post(products, { ...MUG, price: 10, salePrice: 8 });
    const path = `${products}/${body.id}`;
    expect((await api.put(path, { price: 8 })).body.errors).toMatchObject([{ field: 'salePrice' }]);
    expect((await api.put(path, { price: '8.01' })).body.salePrice).toBe('8.00');
    expect((await api.put(path, { price: 5, salePrice: null })).status).toBe(200);
  });

  it.each([
    ['JPY', 850, '850.00', '850.50'],
    ['KRW', '1000.00', '1000.00', 1000.1],
    ['HUF', '3500', '3500.00', '3500.5'],
    ['KWD', '1.25', '1.25', '1.255'],
  ])('in %s has the decimals that Meta and ISO 4217 keep', async (currency, good, shown, bad) => {
    const { products: own } = await newCatalog({ name: 'x', currency });
    expect((await api.post(own, { ...MUG, price: good })).body.price).toBe(shown);
    expect((await api.post(own, { ...MUG, sku: 'OTHER', price: bad })).body.errors).toMatchObject([
      { field: 'price' },
    ]);
  });

  it('keeps its SKU for ever, in its case and composed', async () => {
    const { body } = await api.post(products, { ...MUG, sku: 'Cafe\u0301 x' });
    expect(body.sku).toBe('Caf\u00e9 x');
    const path = `${products}/${body.id}`;
    expect((await api.put(path, { sku: 'Cafe\u0301 x', brand: 'b' })).status).toBe(200);
    expect((await api.put(path, { sku: 'OTHER' })).body).toMatchObject(problem(422, 'sku_is_fixed'));
    expect((await api.post(products, { ...MUG, sku: 'Caf\u00e9 x' })).body).toMatchObject(
      problem(409, 'sku_taken'),
    );
    expect((await api.post(products, { ...MUG, sku: 'CAF\u00c9 X' })).status).toBe(201);
  });

  it('gives up its SKU when it is deleted', async () => {
    const { body } = await api.post(products, MUG);
    expect((await api.delete(`${products}/${body.id}`)).status).toBe(204);
    expect((await api.delete(`${products}/${body.id}`)).status).toBe(404);
    expect((await api.post(products, MUG)).status).toBe(201);
  });

  it.each<[string, object, object, boolean]>([
    ['in stock, untracked', {}, {}, true],
    ['one piece', {}, { quantity: 1 }, true],
    ['sold out', {}, { quantity: 0 }, false],
    ['a preorder that is sold out', {}, { quantity: 0, availability: 'preorder' }, true],
    ['out of stock', {}, { quantity: 5, availability: 'out_of_stock' }, false],
    ['not active', {}, { isActive: false }, false],
    ['not visible', {}, { isVisible: false }, false],
    ['in a catalog that is not active', { isActive: false }, {}, false],
  ])('%s: available or not', async (_, ofCatalog, ofProduct, isAvailable) => {
    await api.put(catalog, ofCatalog);
    expect((await api.post(products, { ...MUG, ...ofProduct })).body.isAvailable).toBe(isAvailable);
  });
});

describe('the list of products', () => {
  it('is in the order of creation, and pages by cursor without losing or repeating any', async () => {
    const skus = Array.from({ length: 23 }, (_, n) => `Z-${99 - n}`);
    for (const sku of skus) await api.post(products, { ...MUG, sku });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: any } = await api.get(`${products}?limit=5&cursor=${cursor}`);
      seen.push(...body.data.map(({ sku }: { sku: string }) => sku));
      // A product made meanwhile comes at the end and moves nothing.
      if (seen.length === 5) await api.post(products, { ...MUG, sku: 'LATE' });
      cursor = body.nextCursor;
    }
    expect(seen).toEqual([...skus, 'LATE']);
    expect((await api.get(`${products}?page=2&limit=20`)).body).toMatchObject({ page: 2, total: 24 });
  });

  it('filters', async () => {
    await api.post(products, { ...BALI, sku: 'BALI-1', name: 'Bali 100% sun' });
    await api.post(products, {
      ...MUG,
      sku: 'mug_1',
      availability: 'preorder',
      tags: ['gift'],
      isActive: false,
    });
    await api.post(products, { ...MUG, sku: 'mugX1', name: 'Balinese mug', isVisible: false });
    const { body: group } = await api.post(products, { ...MUG, sku: 'GROUP', name: 'Shirt' });
    await api.post(`${products}/${group.id}/variants`, { ...MUG, sku: 'GROUP-M' });
    await sql(
      `UPDATE whatsapp_catalog_items SET status = 'rejected', review_status = 'REJECTED' WHERE retailer_id = 'mug_1'`,
    );
    const skus = async (query: string) => {
      const { body } = await api.get(`${products}?${query}`);
      expect(body.total).toBe(body.data.length);
      return body.data.map(({ sku }: { sku: string }) => sku);
    };
    expect(await skus('q=bali')).toEqual(['BALI-1', 'mugX1']);
    expect(await skus('q=100%25')).toEqual(['BALI-1']);
    expect(await skus('q=mug_')).toEqual(['mug_1']);
    expect(await skus('sku=GROUP')).toEqual(['GROUP']);
    expect(await skus('category=International')).toEqual(['BALI-1']);
    expect(await skus('tag=gift')).toEqual(['mug_1']);
    expect(await skus('availability=preorder')).toEqual(['mug_1']);
    expect(await skus('isActive=false')).toEqual(['mug_1']);
    expect(await skus('isVisible=false')).toEqual(['mugX1']);
    expect(await skus('hasVariants=true')).toEqual(['GROUP']);
    expect(await skus('syncStatus=rejected')).toEqual(['mug_1']);
    expect(await skus('reviewStatus=REJECTED&isActive=false')).toEqual(['mug_1']);
    expect(await skus(`updatedSince=${group.createdAt}`)).toEqual(['GROUP']);
    expect(await skus('updatedSince=2999-01-01T00:00:00Z')).toEqual([]);
    for (const query of [
      'availability=soon',
      'syncStatus=fine',
      'isActive=yes',
      'colour=red',
      'cursor=x',
      'updatedSince=today',
    ]) {
      expect([query, (await api.get(`${products}?${query}`)).status]).toEqual([query, 400]);
    }
  });
});

describe('a product with variants', () => {
  const SHIRT = { sku: 'SHIRT', name: 'Shirt', price: 500, quantity: 3 };
  const M = {
    sku: 'SHIRT-M',
    name: 'Shirt, M',
    price: '499.50',
    options: { size: 'M', colour: 'red' },
    quantity: 2,
  };
  let shirt: string;
  beforeEach(async () => {
    shirt = `${products}/${(await api.post(products, SHIRT)).body.id}`;
  });

  it('is a group from the first variant to the last', async () => {
    const { status, body: m } = await api.post(`${shirt}/variants`, M);
    expect(status).toBe(201);
    expect(m).toMatchObject({
      ...M,
      price: '499.50',
      salePrice: null,
      availability: 'in_stock',
      reservedQuantity: 0,
      isAvailable: true,
    });
    expect((await api.get(shirt)).body).toMatchObject({ hasVariants: true, quantity: 3 });
    const { body: l } = await api.post(`${shirt}/variants`, { ...M, sku: 'SHIRT-L', options: { size: 'L' } });
    expect((await api.get(`${shirt}/variants`)).body).toMatchObject({
      total: 2,
      data: [{ sku: 'SHIRT-M' }, { sku: 'SHIRT-L' }],
    });
    expect((await api.delete(`${shirt}/variants/${m.id}`)).status).toBe(204);
    expect((await api.get(shirt)).body.hasVariants).toBe(true);
    expect((await api.delete(`${shirt}/variants/${l.id}`)).status).toBe(204);
    expect((await api.get(shirt)).body.hasVariants).toBe(false);
    expect((await api.delete(`${shirt}/variants/${l.id}`)).status).toBe(404);
  });

  it('has Meta delete its own item while it is one, and create it again after', async () => {
    const item = async () =>
      (
        await sql(
          `SELECT role, dirty_at IS NOT NULL AS dirty FROM whatsapp_catalog_items WHERE catalog_id = $1 AND retailer_id = 'SHIRT'`,
          [catalog.split('/').at(-1)],
        )
      )[0];
    const settle = () => sql(`UPDATE whatsapp_catalog_items SET dirty_at = NULL, dirty_since = NULL`);
    await settle();
    const { body: m } = await api.post(`${shirt}/variants`, M);
    expect(await item()).toEqual({ role: 'group', dirty: true });
    await settle();
    await api.delete(`${shirt}/variants/${m.id}`);
    expect(await item()).toEqual({ role: 'product', dirty: true });
  });

  it('is available when one of them is', async () => {
    const { body: m } = await api.post(`${shirt}/variants`, { ...M, quantity: 0 });
    expect((await api.get(shirt)).body.isAvailable).toBe(false);
    await api.put(`${shirt}/variants/${m.id}`, { quantity: 1 });
    expect((await api.get(shirt)).body.isAvailable).toBe(true);
    await api.put(shirt, { isVisible: false });
    expect((await api.get(`${shirt}/variants/${m.id}`)).body.isAvailable).toBe(false);
  });

  it('has no two variants with the same options, in whatever order', async () => {
    await api.post(`${shirt}/variants`, M);
    const twin = { ...M, sku: 'TWIN', options: { colour: 'red', size: 'M' } };
    expect((await api.post(`${shirt}/variants`, twin)).body).toMatchObject(problem(409, 'options_taken'));
    const { body: other } = await api.post(`${shirt}/variants`, { ...twin, options: { size: 'L' } });
    expect((await api.put(`${shirt}/variants/${other.id}`, { options: M.options })).body).toMatchObject(
      problem(409, 'options_taken'),
    );
    expect(
      (await api.put(`${shirt}/variants/${other.id}`, { options: { size: 'L' }, name: 'L' })).status,
    ).toBe(200);
  });

  it('tells its SKUs from those of products', async () => {
    await api.post(`${shirt}/variants`, M);
    expect((await api.post(products, { ...MUG, sku: M.sku })).body).toMatchObject(problem(409, 'sku_taken'));
    expect((await api.post(`${shirt}/variants`, { ...M, sku: 'SHIRT', options: {} })).body).toMatchObject(
      problem(409, 'sku_taken'),
    );
  });

  it.each<[string, object, string]>([
    ['no options object', { options: ['M'] }, 'options'],
    ['an option of another kind', { options: { size: 4 } }, 'options'],
    ['an empty option', { options: { size: ' ' } }, 'options'],
    ['a sale price at the price', { salePrice: '499.50' }, 'salePrice'],
    ['a property of products', { tags: ['x'] }, 'tags'],
  ])('rejects a variant for %s', async (_, wrong, field) => {
    const { status, body } = await api.post(`${shirt}/variants`, { ...M, ...wrong });
    expect([status, body.errors?.[0]?.field]).toEqual([400, field]);
  });

  it('changes a variant in part, and never its SKU', async () => {
    const { body: m } = await api.post(`${shirt}/variants`, {
      ...M,
      salePrice: 1,
      imageUrl: 'https://a.example/1',
    });
    const path = `${shirt}/variants/${m.id}`;
    expect((await api.put(path, { salePrice: null, quantity: null, imageUrl: null })).body).toMatchObject({
      ...M,
      salePrice: null,
      quantity: null,
      imageUrl: null,
    });
    expect((await api.put(path, { sku: 'X' })).body).toMatchObject(problem(422, 'sku_is_fixed'));
    expect((await api.put(path, { price: null })).status).toBe(400);
  });

  it('takes its variants with it', async () => {
    await api.post(`${shirt}/variants`, M);
    expect((await api.delete(shirt)).status).toBe(204);
    expect((await api.post(products, { ...MUG, sku: M.sku })).status).toBe(201);
    expect((await api.get(catalog)).body.totalProducts).toBe(1);
  });
});
