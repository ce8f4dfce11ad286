import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DomainEvents } from '../../../src/events/domain-events.service.js';
import { EventWants } from '../../../src/events/event-wants.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import { GraphClient } from '../../../src/whatsapp/graph/graph.client.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { catalogName, IMAGE, slowPolls, SyncStage } from '../../support/sync-stage.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let meta: TestMeta;
let app: TestApp;
let database: Database;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: meta.env });
  slowPolls(app.app.get(GraphClient, { strict: false }));
  database = app.app.get(Database);
  const [organization] = await database.manager.query('SELECT id FROM organizations ORDER BY id LIMIT 1');
  const organizationId: string = organization.id;
  const wants = ['product.*', 'catalog.sync_finished', 'import.finished'].map((kind) => ({
    kind,
    campaignId: null,
  }));
  await database.transaction((tx) =>
    app.app.get(EventWants).set(tx, { organizationId, source: 'webhook', sourceId: uuidV7() }, wants),
  );
  const events = app.app.get(DomainEvents);
  await until(() => events.wanted(organizationId, 'product.out_of_stock'));
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

const shop = async () => {
  const stage = await SyncStage.create(app.api, meta.url, { name: catalogName(), defaultImageUrl: IMAGE });
  await stage.scenario({ catalogBatchMs: 0, catalogErrors: [], catalogReview: { outcome: 'approve' } });
  return stage;
};
interface Told {
  kind: string;
  data: any;
}
/** What was recorded about these objects, in order. */
const told = (ids: string[]): Promise<Told[]> =>
  database.manager.query(`SELECT kind, data FROM domain_events WHERE object_id = ANY($1) ORDER BY id`, [ids]);
const kinds = async (id: string): Promise<string[]> => (await told([id])).map(({ kind }) => kind);

it('says when the last piece goes and the first one comes, however that happens', async () => {
  const stage = await shop();
  const { id } = await stage.add({ sku: 'MUG', name: 'Mug', price: 850, quantity: 2 });
  const stock = (body: object) =>
    app.api.post(`${stage.path}/products/${id}/stock`, { reason: 'count', ...body });
  await stock({ adjust: -1 });
  expect(await kinds(id)).toEqual([]);
  await stock({ set: 0 });
  const [event] = await told([id]);
  expect(event).toEqual({ kind: 'product.out_of_stock', data: await stage.product(id) });
  await stock({ adjust: 3 });
  await stage.change(id, { quantity: 0 });
  await app.api.post(`${stage.path}/products/import`, undefined, {
    raw: 'sku,quantity\nMUG,7\n',
    headers: { 'content-type': 'text/csv' },
  });
  await stage.change(id, { quantity: 0 });
  await stage.change(id, { quantity: null });
  await stage.change(id, { name: 'Another mug' });
  expect(await kinds(id)).toEqual([
    'product.out_of_stock',
    'product.back_in_stock',
    'product.out_of_stock',
    'product.back_in_stock',
    'product.out_of_stock',
    'product.back_in_stock',
  ]);
});

it('tells of a variant with its product', async () => {
  const stage = await shop();
  const { id } = await stage.add({ sku: 'MUG', name: 'Mug', price: 850 });
  const variant = await stage.addVariant(id, { sku: 'MUG-L', name: 'Large mug', price: 950, quantity: 1 });
  const path = `${stage.path}/products/${id}/variants/${variant.id}`;
  await app.api.post(`${path}/stock`, { set: 0, reason: 'broken' });
  const [event] = await told([id]);
  expect(event).toEqual({
    kind: 'product.out_of_stock',
    data: { ...(await stage.product(id)), variant: (await app.api.get(path)).body },
  });
});

it('says once that an item was rejected, by its batch or by the review', async () => {
  const stage = await shop();
  const { id } = await stage.add({ sku: 'MUG', name: 'Mug', price: 850 });
  await stage.scenario({ catalogErrors: [{ kind: 'reject', skus: ['MUG'], message: 'Not a mug.' }] });
  await stage.sync();
  const [byBatch] = await told([id]);
  expect(byBatch?.kind).toBe('product.rejected');
  expect(byBatch?.data.sync).toEqual((await stage.product(id)).sync);
  await stage.change(id, { price: 900 });
  await stage.sync();
  expect(await kinds(id)).toEqual(['product.rejected']);
  await stage.scenario({ catalogErrors: [] });
  await stage.change(id, { price: 950 });
  await stage.sync();
  await stage.editAtMeta('MUG', { review: 'REJECTED', reasons: 'No mugs.' });
  await stage.sync();
  await stage.sync();
  expect(await kinds(id)).toEqual(['product.rejected', 'product.rejected']);
  expect((await told([id]))[1]?.data.sync).toMatchObject({ reviewStatus: 'REJECTED' });
});

it('tells of the end of each run, and of no plan', async () => {
  const stage = await shop();
  await stage.add({ sku: 'MUG', name: 'Mug', price: 850 });
  const runs = [await stage.sync('?dryRun=true'), await stage.sync(), await stage.sync('?mode=push')];
  expect(await told(runs.map(({ id }) => id))).toEqual(
    runs.slice(1).map((data) => ({ kind: 'catalog.sync_finished', data })),
  );
});

it('tells how an import of products has ended', async () => {
  const stage = await shop();
  const run = async (raw: string): Promise<string> => {
    const id = uuidV7();
    await app.api.post(`${stage.path}/products/import?importId=${id}`, undefined, {
      ...{ raw, headers: { 'content-type': 'text/csv' } },
    });
    return id;
  };
  const [good, bad] = [await run('sku,name,price\nMUG,Mug,850\n'), await run('')];
  expect(
    (await told([good, bad])).map(({ kind, data }) => [kind, data.importKind, data.id, data.status]),
  ).toEqual([
    ['import.finished', 'products', good, 'completed'],
    ['import.finished', 'products', bad, 'failed'],
  ]);
});
