import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { catalogName, IMAGE, SyncStage } from '../../support/sync-stage.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let meta: TestMeta;
let app: TestApp;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: meta.env });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});
beforeEach(async () => {
  await fetch(`${meta.url}/simulator/scenario`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ catalogBatchMs: 20 }),
  });
});

const shop = (input: object = {}) =>
  SyncStage.create(app.api, meta.url, { name: catalogName(), defaultImageUrl: IMAGE, ...input });
const mug = { sku: 'MUG', name: 'Mug', price: 850, description: 'A mug.' };

describe('the first sync', () => {
  it('creates the catalog at Meta, sends all items and reads their ids back', async () => {
    const stage = await shop();
    const product = await stage.add(mug);
    const trip = await stage.add({ sku: 'BALI', name: 'Bali', price: 65_000, category: 'Travel' });
    await stage.addVariant(trip.id, {
      sku: 'BALI-5',
      name: 'Bali, 5 days',
      options: { duration: '5 days' },
      price: 65_000,
    });
    await stage.addVariant(trip.id, {
      sku: 'BALI-7',
      name: 'Bali, 7 days',
      options: { duration: '7 days' },
      price: 90_000,
    });
    const run = await stage.sync();
    expect(run).toMatchObject({ status: 'completed', created: 3, updated: 0, rejected: 0, phase: 'settle' });
    expect(await stage.atMeta('BALI-7')).toMatchObject({
      name: 'Bali, 7 days',
      price: '₹90,000.00',
      retailer_product_group_id: 'BALI',
      additional_variant_attributes: { duration: '7 days' },
      category: 'Travel',
    });
    expect(await stage.atMeta('BALI')).toBeNull();
    expect(await stage.product(product.id)).toMatchObject({
      metaProductId: expect.stringMatching(/^\d+$/),
      sync: { status: 'synced', problems: [], reviewStatus: 'APPROVED' },
    });
  });

  it('changes nothing the second time: no write', async () => {
    const stage = await shop();
    await stage.add(mug);
    await stage.sync();
    const before = await stage.calls();
    const run = await stage.sync();
    expect(run).toMatchObject({
      status: 'completed',
      created: 0,
      updated: 0,
      unchanged: 1,
      calls: { write: 0 },
    });
    expect((await stage.calls()).calls.writes).toBe(before.calls.writes);
  });

  it('says which items are not ready and sends the others', async () => {
    const stage = await shop({ defaultImageUrl: null });
    const bare = await stage.add(mug);
    await stage.add({ ...mug, sku: 'CUP', imageUrl: IMAGE });
    const run = await stage.sync();
    expect(run).toMatchObject({ status: 'partial', created: 1, notReady: 1 });
    expect((await stage.product(bare.id)).sync).toMatchObject({
      status: 'not_ready',
      problems: [{ source: 'drumbeat', code: 'image_missing' }],
    });
    await stage.change(bare.id, { imageUrl: IMAGE });
    expect(await stage.sync('?mode=push')).toMatchObject({
      status: 'completed',
      created: 1,
      calls: { write: 1 },
    });
  });

  it('plans in a dry run and does nothing', async () => {
    const stage = await shop();
    await stage.add(mug);
    const run = await stage.sync('?dryRun=true');
    expect(run).toMatchObject({
      status: 'completed',
      dryRun: true,
      plan: [{ sku: 'MUG', change: 'create' }],
    });
    expect(await stage.metaCatalogId()).toBeNull();
  });

  it('connects the catalog when the account has none, and leaves another one alone', async () => {
    const stage = await shop();
    await stage.add(mug);
    const run = await stage.sync();
    expect(run.problems).toMatchObject([{ code: 'another_catalog_connected' }]);
    const connection = await app.api.get(`${stage.path}/connection`);
    expect(connection.body).toMatchObject({ connected: false, connectedCatalogId: '700100200300401' });
    expect((await app.api.put(`${stage.path}/connection`, {})).body.type).toBe(
      'urn:drumbeat:problem:another_catalog_connected',
    );
    const put = await app.api.put(`${stage.path}/connection`, { replace: true, isCatalogVisible: true });
    expect(put.body).toMatchObject({
      connected: true,
      numbers: [{ isCatalogVisible: true, isCartEnabled: true }],
    });
    expect((await app.api.delete(`${stage.path}/connection`)).status).toBe(204);
    const other = await shop();
    await other.add(mug);
    expect((await other.sync()).problems).toEqual([]);
    expect((await app.api.get(`${other.path}/connection`)).body).toMatchObject({ connected: true });
    await app.api.delete(`${other.path}/connection`);
  });
});

describe('an edit', () => {
  it('here sends the changed fields only', async () => {
    const stage = await shop();
    const { id } = await stage.add(mug);
    await stage.sync();
    await stage.editAtMeta('MUG', { fields: { brand: 'Set at Meta' } });
    await stage.change(id, { price: 900 });
    expect(await stage.sync('?mode=push')).toMatchObject({ updated: 1, calls: { write: 1, read: 0 } });
    expect(await stage.atMeta('MUG')).toMatchObject({ price: '₹900.00', brand: 'Set at Meta' });
  });

  it('at Meta comes back, and starts no push', async () => {
    const stage = await shop();
    const { id } = await stage.add(mug);
    await stage.sync();
    await stage.editAtMeta('MUG', {
      price: '799.00 INR',
      fields: { name: 'Tea &amp; mug', availability: 'preorder' },
    });
    const run = await stage.sync();
    expect(run).toMatchObject({ pulledUpdated: 1, updated: 0, calls: { write: 0 } });
    expect(await stage.product(id)).toMatchObject({
      name: 'Tea & mug',
      price: '799.00',
      availability: 'preorder',
      sync: { status: 'synced' },
    });
    expect(await stage.sync()).toMatchObject({ pulledUpdated: 0, updated: 0, unchanged: 1 });
  });

  it.each([
    ['local', '900.00', '₹900.00'],
    ['meta', '799.00', '₹799.00'],
  ])('on both sides is decided by the policy %s', async (conflictPolicy, ours, theirs) => {
    const stage = await shop({ conflictPolicy });
    const { id } = await stage.add(mug);
    await stage.sync();
    await stage.editAtMeta('MUG', { price: '799.00 INR' });
    await stage.change(id, { price: 900 });
    await stage.sync();
    expect((await stage.product(id)).price).toBe(ours);
    expect((await stage.atMeta('MUG')).price).toBe(theirs);
    expect(await stage.sync()).toMatchObject({ pulledUpdated: 0, updated: 0 });
  });

  it.each([
    ['local', '900.00', '₹900.00'],
    ['meta', '799.00', '₹799.00'],
  ])('on both sides waits for a person, who takes %s', async (take, ours, theirs) => {
    const stage = await shop({ conflictPolicy: 'manual' });
    const { id } = await stage.add(mug);
    await stage.sync();
    await stage.editAtMeta('MUG', { price: '799.00 INR' });
    await stage.change(id, { price: 900 });
    expect(await stage.sync()).toMatchObject({ conflicts: 1, updated: 0, pulledUpdated: 0 });
    const { body } = await app.api.get(`${stage.path}/conflicts`);
    expect(body.data).toMatchObject([
      { sku: 'MUG', fields: [{ field: 'price', ours: '900.00 INR', theirs: '799.00 INR' }] },
    ]);
    const decided = await app.api.post(`${stage.path}/conflicts/${body.data[0].id}`, { take });
    expect(decided.status).toBe(200);
    expect((await app.api.post(`${stage.path}/conflicts/${body.data[0].id}`, { take })).status).toBe(409);
    await stage.sync('?mode=push');
    expect((await stage.product(id)).price).toBe(ours);
    expect((await stage.atMeta('MUG')).price).toBe(theirs);
    expect(await stage.sync()).toMatchObject({ conflicts: 0, pulledUpdated: 0, updated: 0 });
  });

  it('of availability at Meta does not put on sale what is sold out', async () => {
    const stage = await shop();
    await stage.add({ ...mug, quantity: 0 });
    await stage.sync();
    await stage.editAtMeta('MUG', { fields: { availability: 'in stock' } });
    await stage.sync();
    expect(await stage.atMeta('MUG')).toMatchObject({ availability: 'out of stock' });
  });

  it('that our rules refuse is a problem of the item', async () => {
    const stage = await shop();
    const { id } = await stage.add({ ...mug, salePrice: 800 });
    await stage.sync();
    await stage.editAtMeta('MUG', { price: '700.00 INR' });
    await stage.sync();
    const product = await stage.product(id);
    expect(product.price).toBe('850.00');
    expect(product.sync.problems).toMatchObject([{ code: 'pull_refused' }]);
  });
});

describe('a deletion', () => {
  it('here takes the item away at Meta, and it never comes back', async () => {
    const stage = await shop();
    const { id } = await stage.add(mug);
    await stage.sync();
    expect((await app.api.delete(`${stage.path}/products/${id}`)).status).toBe(204);
    expect(await stage.sync()).toMatchObject({ deleted: 1, pulledCreated: 0 });
    expect(await stage.atMeta('MUG')).toBeNull();
    const { manager } = app.app.get(Database);
    const left = await manager.query('SELECT 1 FROM whatsapp_catalog_items WHERE catalog_id = $1', [
      stage.catalogId,
    ]);
    expect(left).toEqual([]);
  });

  it('of the first of a product that becomes a group: its own item goes', async () => {
    const stage = await shop();
    const { id } = await stage.add(mug);
    await stage.sync();
    await stage.addVariant(id, { sku: 'MUG-L', name: 'Mug, large', options: { size: 'L' }, price: 950 });
    expect(await stage.sync()).toMatchObject({ deleted: 1, created: 1 });
    expect(await stage.atMeta('MUG')).toBeNull();
    expect(await stage.atMeta('MUG-L')).toMatchObject({ size: 'L', retailer_product_group_id: 'MUG' });
  });

  it('at Meta counts after two complete reads and a look-up, and never deletes here', async () => {
    const stage = await shop();
    const { id } = await stage.add(mug);
    await stage.add({ ...mug, sku: 'CUP' });
    await stage.sync();
    await stage.deleteAtMeta('MUG');
    expect(await stage.sync()).toMatchObject({ missing: 1 });
    expect(await stage.product(id)).toMatchObject({ isActive: true, sync: { status: 'missing' } });
    await stage.sync();
    expect(await stage.product(id)).toMatchObject({ isActive: false, sync: { status: 'missing' } });
    expect(await stage.sync()).toMatchObject({ missing: 0, created: 0 });
    await stage.change(id, { isActive: true });
    expect(await stage.sync('?mode=push')).toMatchObject({ created: 1 });
    expect(await stage.atMeta('MUG')).toMatchObject({ name: 'Mug', availability: 'in stock' });
  });

  it('is not concluded from pages that miss items', async () => {
    const stage = await shop();
    const { id } = await stage.add(mug);
    await stage.sync();
    for (const summary of [true, false]) {
      await stage.scenario({ catalogPages: { miss: 1, summary } });
      await stage.sync();
      await stage.sync();
    }
    expect(await stage.product(id)).toMatchObject({ isActive: true });
  });
});

describe('an adopted catalog', () => {
  it('comes in with products and variants, and nothing goes out', async () => {
    const stage = await shop({ currency: 'USD', metaCatalogId: '700100200300401' });
    // Another catalog of these tests may be the connected one.
    expect((await stage.api.put(`${stage.path}/connection`, { replace: true })).status).toBe(200);
    await stage.editAtMeta('SHIRT-S', {
      price: '19.00 USD',
      fields: { name: 'Shirt, small', retailer_product_group_id: 'SHIRT', size: 'S', image_url: IMAGE },
    });
    await stage.editAtMeta('SHIRT-L', {
      price: '20.00 USD',
      fields: { name: 'Shirt, large', retailer_product_group_id: 'SHIRT', size: 'L', image_url: IMAGE },
    });
    const writes = (await stage.calls()).calls.writes;
    const run = await stage.sync();
    expect(run).toMatchObject({
      status: 'completed',
      pulledCreated: 6,
      created: 0,
      updated: 0,
      problems: [],
    });
    expect((await stage.calls()).calls.writes).toBe(writes);
    expect(await stage.bySku('MUG-WHITE')).toMatchObject({
      name: 'White mug',
      price: '8.50',
      brand: 'Demo',
      imageUrl: 'https://shop.example.com/i/mug-white.jpg',
      sync: { status: 'synced' },
    });
    const shirt = await stage.bySku('SHIRT');
    expect(shirt).toMatchObject({ name: 'Shirt', hasVariants: true });
    const { body } = await app.api.get(`${stage.path}/products/${shirt.id}/variants`);
    expect(body.data).toMatchObject([
      { sku: 'SHIRT-L', options: { size: 'L' }, price: '20.00' },
      { sku: 'SHIRT-S', options: { size: 'S' }, price: '19.00' },
    ]);
    expect(await stage.sync()).toMatchObject({
      pulledCreated: 0,
      pulledUpdated: 0,
      updated: 0,
      calls: { write: 0 },
    });
  });
});

describe("Meta's moods", () => {
  it('a rejected item is reported with its reason, and sent again only after a change', async () => {
    const stage = await shop();
    const { id } = await stage.add(mug);
    await stage.add({ ...mug, sku: 'CUP' });
    await stage.scenario({ catalogErrors: [{ kind: 'reject', skus: ['MUG'], message: 'Not a mug.' }] });
    expect(await stage.sync()).toMatchObject({ status: 'partial', created: 1, rejected: 1 });
    expect((await stage.product(id)).sync).toMatchObject({
      status: 'rejected',
      problems: [{ source: 'meta', code: 'rejected', message: 'Not a mug.' }],
    });
    await stage.scenario({ catalogErrors: [] });
    expect(await stage.sync('?mode=push')).toMatchObject({ created: 0, calls: { write: 0 } });
    await stage.change(id, { name: 'A real mug' });
    expect(await stage.sync('?mode=push')).toMatchObject({ created: 1 });
  });

  it('an empty list of handles rejects every item of the batch', async () => {
    const stage = await shop();
    await stage.add(mug);
    await stage.scenario({ catalogErrors: [{ kind: 'empty-handles', times: 1 }] });
    expect(await stage.sync()).toMatchObject({ status: 'partial', rejected: 1, created: 0 });
  });

  it('pages that repeat and images with new addresses make nothing dirty', async () => {
    const stage = await shop();
    await stage.add(mug);
    await stage.add({ ...mug, sku: 'CUP' });
    await stage.sync();
    await stage.scenario({ catalogPages: { repeat: 2 }, catalogImages: 'rehost' });
    expect(await stage.sync()).toMatchObject({
      unchanged: 2,
      updated: 0,
      pulledUpdated: 0,
      calls: { write: 0 },
    });
  });

  it('a review is shown, and changes nothing', async () => {
    const stage = await shop();
    const { id } = await stage.add(mug);
    await stage.scenario({ catalogReview: { outcome: 'reject', reason: 'No mugs.' } });
    await stage.sync();
    expect((await stage.product(id)).sync).toMatchObject({
      status: 'synced',
      reviewStatus: 'REJECTED',
      reviewReasons: ['No mugs.'],
    });
    expect(await stage.sync()).toMatchObject({ updated: 0 });
  });

  it('a page that is too large is asked for again, smaller', async () => {
    const stage = await shop();
    await stage.add(mug);
    await stage.sync();
    await stage.scenario({ catalogPages: { most: 100 } });
    expect(await stage.sync()).toMatchObject({ status: 'completed', unchanged: 1 });
  });

  it('a token without permission fails the run with its words', async () => {
    const stage = await shop();
    await stage.add(mug);
    await stage.scenario({ catalogErrors: [{ kind: 'code', code: 200, call: 'items_batch' }] });
    const run = await stage.sync();
    expect(run).toMatchObject({ status: 'failed', failureReason: expect.stringContaining('code 200') });
    await stage.scenario({ catalogErrors: [] });
    expect(await stage.sync()).toMatchObject({ status: 'completed', created: 1 });
  });
});

it('knows only the catalogs and runs of its own organization', async () => {
  const stage = await shop();
  const other = await shop();
  const run = await stage.sync();
  expect((await app.api.get(`${other.path}/sync/${run.id}`)).status).toBe(404);
  expect((await app.api.get(`${stage.path}/sync`)).body.data).toMatchObject([{ id: run.id }]);
});
