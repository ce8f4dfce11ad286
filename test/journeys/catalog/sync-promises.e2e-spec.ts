import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { GraphClient } from '../../../src/whatsapp/graph/graph.client.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { catalogName, IMAGE, slowPolls, SyncStage } from '../../support/sync-stage.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let meta: TestMeta;
let app: TestApp;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: meta.env });
  slowPolls(app.app.get(GraphClient, { strict: false }));
});
afterAll(async () => {
  await app.close();
  await meta.close();
});
beforeEach(async () => {
  await fetch(`${meta.url}/simulator/scenario`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ catalogBatchMs: 0 }),
  });
});

const shop = (input: object = {}) =>
  SyncStage.create(app.api, meta.url, { name: catalogName(), defaultImageUrl: IMAGE, ...input });
const mug = { sku: 'MUG', name: 'Mug', price: 850, description: 'A mug.' };
const sql = <T>(text: string, values: unknown[] = []): Promise<T[]> =>
  app.app.get(Database).manager.query(text, values);
const NOTHING = { pulledCreated: 0, pulledUpdated: 0, created: 0, updated: 0, calls: { write: 0 } };

describe('a pull starts no push', () => {
  const sibling = (sku: string) => ({
    price: '20.00 INR',
    fields: {
      name: `Shirt, ${sku}`,
      description: `Description of ${sku}`,
      url: `https://shop.example/${sku}`,
      retailer_product_group_id: 'SHIRT',
      size: sku,
      image_url: IMAGE,
    },
  });
  const group = async () => {
    const stage = await shop();
    await stage.add(mug);
    await stage.sync();
    for (const sku of ['S', 'M', 'L']) await stage.editAtMeta(sku, sibling(sku));
    expect(await stage.sync()).toMatchObject({ ...NOTHING, pulledCreated: 3 });
    return stage;
  };
  const descriptions = async (stage: SyncStage) =>
    Promise.all(['S', 'M', 'L'].map(async (sku) => (await stage.atMeta(sku)).description));
  const OWN = ['Description of S', 'Description of M', 'Description of L'];

  it('when the siblings of a group have links and descriptions of their own', async () => {
    const stage = await group();
    expect(await stage.sync('?mode=push')).toMatchObject(NOTHING);
    expect(await stage.sync()).toMatchObject({ ...NOTHING, unchanged: 4 });
    expect(await descriptions(stage)).toEqual(OWN);
    expect((await stage.atMeta('M')).url).toBe('https://shop.example/M');
  });

  it('when one of them is edited at Meta: the product follows, its siblings there stay', async () => {
    const stage = await group();
    await stage.editAtMeta('M', { fields: { description: 'Edited at Meta' } });
    expect(await stage.sync()).toMatchObject({ ...NOTHING, pulledUpdated: 1 });
    expect((await stage.bySku('SHIRT')).description).toBe('Edited at Meta');
    const product = await stage.bySku('SHIRT');
    const { body } = await app.api.get(`${stage.path}/products/${product.id}/variants`);
    expect(body.data.map((variant: any) => variant.sync.status)).toEqual(['synced', 'synced', 'synced']);
    expect(await stage.sync('?mode=push')).toMatchObject(NOTHING);
    expect(await stage.sync()).toMatchObject(NOTHING);
    expect(await descriptions(stage)).toEqual(['Description of S', 'Edited at Meta', 'Description of L']);
  });

  it('when several are edited at Meta at once', async () => {
    const stage = await group();
    for (const sku of ['S', 'L']) await stage.editAtMeta(sku, { fields: { description: `New ${sku}` } });
    expect(await stage.sync()).toMatchObject({ ...NOTHING, pulledUpdated: 2 });
    expect(await stage.sync()).toMatchObject(NOTHING);
    expect(await descriptions(stage)).toEqual(['New S', 'Description of M', 'New L']);
  });

  it('but an edit here goes to all of them', async () => {
    const stage = await group();
    const { id } = await stage.bySku('SHIRT');
    await stage.change(id, { description: 'Ours' });
    expect(await stage.sync()).toMatchObject({ updated: 3, pulledUpdated: 0 });
    expect(await descriptions(stage)).toEqual(['Ours', 'Ours', 'Ours']);
    expect(await stage.sync()).toMatchObject(NOTHING);
  });

  it('when a person takes over the value of Meta, of an item without a link of its own', async () => {
    const stage = await shop({ conflictPolicy: 'manual' });
    const { id } = await stage.add(mug);
    await stage.sync();
    await stage.editAtMeta('MUG', { price: '799.00 INR' });
    await stage.change(id, { price: 900 });
    await stage.sync();
    const { body } = await app.api.get(`${stage.path}/conflicts`);
    const decided = await app.api.post(`${stage.path}/conflicts/${body.data[0].id}`, { take: 'meta' });
    expect(decided.body).toMatchObject({ sku: 'MUG', status: 'synced' });
    expect(await stage.product(id)).toMatchObject({ price: '799.00', sync: { status: 'synced' } });
    expect(await stage.sync('?mode=push')).toMatchObject({ ...NOTHING, unchanged: 0 });
  });
});

describe('the counts of a run', () => {
  it('are the same in a dry run, each item once', async () => {
    const stage = await shop({ defaultImageUrl: null });
    const kept = await stage.add({ ...mug, imageUrl: IMAGE });
    const grown = await stage.add({ ...mug, sku: 'CUP', imageUrl: IMAGE });
    const gone = await stage.add({ ...mug, sku: 'JUG', imageUrl: IMAGE });
    await stage.add({ ...mug, sku: 'POT', imageUrl: IMAGE });
    await stage.sync();
    await stage.change(kept.id, { price: 900 });
    await stage.addVariant(grown.id, { sku: 'CUP-L', name: 'Large cup', price: 950, imageUrl: IMAGE });
    await app.api.delete(`${stage.path}/products/${gone.id}`);
    await stage.editAtMeta('POT', { fields: { name: 'Pot of Meta' } });
    await stage.editAtMeta('PAN', { price: '10.00 INR', fields: { name: 'Pan', image_url: IMAGE } });
    await stage.add({ sku: 'BARE', name: 'Without an image', price: 1 });
    const counts = {
      created: 1,
      updated: 1,
      deleted: 2,
      pulledCreated: 1,
      pulledUpdated: 1,
      notReady: 1,
      conflicts: 0,
      unchanged: 0,
    };
    const planned = await stage.sync('?dryRun=true');
    expect(planned).toMatchObject(counts);
    expect(planned.plan.map(({ sku, change }: any) => `${change} ${sku}`).sort()).toEqual([
      'create CUP-L',
      'delete CUP',
      'delete JUG',
      'not-ready BARE',
      'pull-create PAN',
      'pull-update POT',
      'update MUG',
    ]);
    expect(await stage.sync()).toMatchObject(counts);
  });

  it('name what is not ready in every run, until it is', async () => {
    const stage = await shop({ defaultImageUrl: null });
    const { id } = await stage.add(mug);
    for (const query of ['', '?mode=push', '?dryRun=true', '']) {
      expect(await stage.sync(query)).toMatchObject({ status: 'partial', notReady: 1, created: 0 });
    }
    expect((await stage.product(id)).sync.status).toBe('not_ready');
    await app.api.put(stage.path, { defaultImageUrl: IMAGE });
    expect(await stage.sync('?mode=push')).toMatchObject({ status: 'completed', created: 1, notReady: 0 });
  });

  it('start again with a read that starts again', async () => {
    const stage = await shop();
    await stage.add(mug);
    await stage.add({ ...mug, sku: 'CUP' });
    await stage.sync();
    // What a worker leaves that has died in the middle of the read.
    const [run] = await sql<{ id: string }>(
      `INSERT INTO whatsapp_sync_runs (organization_id, catalog_id, mode, trigger, status, phase, unchanged, conflicts,
              missing, pulled_updated, problems, lease_until, created_at, updated_at)
       SELECT organization_id, id, 'full', 'manual', 'running', 'read', 5, 2, 3, 1,
              '[{"code":"read_incomplete","message":"x","at":"2025-01-01T00:00:00Z"}]',
              now() - interval '1 second', now(), now()
         FROM whatsapp_catalogs WHERE id = $1 RETURNING id`,
      [stage.catalogId],
    );
    expect(await stage.ended(run?.id ?? '')).toMatchObject({
      status: 'completed',
      unchanged: 2,
      conflicts: 0,
      missing: 0,
      pulledUpdated: 1,
      problems: [],
    });
  });
});

describe("Meta's id of a product", () => {
  it('is that of the item when a SKU is deleted and used again', async () => {
    const stage = await shop();
    const { id } = await stage.add(mug);
    await stage.sync();
    await app.api.delete(`${stage.path}/products/${id}`);
    const again = await stage.add({ ...mug, name: 'Another mug' });
    expect(again.metaProductId).toBeNull();
    await stage.sync('?mode=push');
    const { id: metaProductId, name } = await stage.atMeta('MUG');
    expect(name).toBe('Another mug');
    expect(await stage.product(again.id)).toMatchObject({ metaProductId, sync: { status: 'synced' } });
  });

  it('goes with the item of a product that becomes a group, and comes back as another one', async () => {
    const stage = await shop();
    const { id } = await stage.add(mug);
    await stage.sync();
    const { metaProductId } = await stage.product(id);
    const variant = await stage.addVariant(id, { sku: 'MUG-L', name: 'Large mug', price: 950 });
    await stage.sync('?mode=push');
    expect((await stage.product(id)).metaProductId).toBeNull();
    await app.api.delete(`${stage.path}/products/${id}/variants/${variant.id}`);
    await stage.sync('?mode=push');
    const { id: newId } = await stage.atMeta('MUG');
    expect(newId).not.toBe(metaProductId);
    expect((await stage.product(id)).metaProductId).toBe(newId);
  });

  it('is none when the item is gone at Meta', async () => {
    const stage = await shop();
    const { id } = await stage.add(mug);
    await stage.sync();
    await stage.deleteAtMeta('MUG');
    await stage.sync();
    await stage.sync();
    expect(await stage.product(id)).toMatchObject({ metaProductId: null, isActive: false });
  });
});

describe('isPublic', () => {
  const numbers = async (stage: SyncStage) => (await app.api.get(`${stage.path}/connection`)).body.numbers;
  const visibility = (stage: SyncStage, wanted: boolean) =>
    until(
      () => numbers(stage),
      ([number]) => number.isCatalogVisible === wanted,
      { within: 30_000, every: 200 },
    );
  const reset = (stage: SyncStage) =>
    app.api.put(`${stage.path}/connection`, { replace: true, isCatalogVisible: false });

  it('reaches the numbers once the account sells from the catalog, and with every change', async () => {
    const stage = await shop({ isPublic: true });
    await stage.sync();
    expect((await numbers(stage))[0].isCatalogVisible).toBe(false);
    expect((await app.api.put(`${stage.path}/connection`, { replace: true })).body.numbers).toMatchObject([
      { isCatalogVisible: true },
    ]);
    await app.api.put(stage.path, { isPublic: false });
    await visibility(stage, false);
    await app.api.put(stage.path, { isPublic: true });
    await visibility(stage, true);
    expect((await reset(stage)).status).toBe(200);
    expect((await app.api.get(stage.path)).body.isPublic).toBe(false);
  });

  it('is written to no number unless somebody sets it', async () => {
    const stage = await shop();
    await stage.sync();
    await reset(stage);
    const phone = meta.env['WHATSAPP_PHONE_NUMBER_ID'] ?? '';
    await fetch(
      `${meta.url}/v26.0/${phone}/whatsapp_commerce_settings?is_catalog_visible=true&access_token=simulator-token`,
      { method: 'POST' },
    );
    await app.api.put(`${stage.path}/connection`, {});
    await app.api.put(stage.path, { name: `${catalogName()} renamed` });
    await stage.sync();
    expect(await numbers(stage)).toMatchObject([{ isCatalogVisible: true }]);
    await reset(stage);
  });
});

it('counts runs, items and calls, and says how long runs wait', async () => {
  const stage = await shop();
  await stage.add(mug);
  await stage.sync();
  const { body } = await app.api.get('/metrics');
  expect(body).toMatch(/drumbeat_sync_runs_total\{outcome="completed"\} \d+/);
  expect(body).toMatch(/drumbeat_sync_items\{status="synced"\} \d+/);
  for (const kind of ['write', 'poll', 'read']) {
    expect(body).toMatch(new RegExp(`drumbeat_sync_calls_total\\{kind="${kind}"\\} \\d+`));
  }
  expect(body).toMatch(/drumbeat_sync_waiting_seconds 0/);
});
