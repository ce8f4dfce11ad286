import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { catalogName, IMAGE, SyncStage } from '../../support/sync-stage.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let meta: TestMeta;
let database: TestDatabase;
let app: TestApp;
const start = () => startTestApp({ env: meta.env, database });
const again = async () => {
  await app.close();
  app = await start();
};
beforeAll(async () => {
  meta = await startMeta();
  database = await createTestDatabase();
  app = await start();
});
afterAll(async () => {
  await app.close();
  await database.drop();
  await meta.close();
});
const scenario = (body: object) =>
  fetch(`${meta.url}/simulator/scenario`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
beforeEach(() => scenario({ catalogBatchMs: 20 }));

const sql = <T>(text: string, values: unknown[] = []): Promise<T[]> =>
  app.app.get(Database).manager.query(text, values);
const mug = (sku: string) => ({ sku, name: `Mug ${sku}`, price: 850 });
const shop = async (skus: string[] = []) => {
  const stage = await SyncStage.create(app.api, meta.url, { name: catalogName(), defaultImageUrl: IMAGE });
  for (const sku of skus) await stage.add(mug(sku));
  return stage;
};
/** The same catalog, seen through the application that runs now. */
const through = (stage: SyncStage) => new SyncStage(app.api, meta.url, stage.catalogId);

/** What everything ends in: both sides show the same, nothing is under way, and no item was in two batches at once. */
async function expectAgreement(stage: SyncStage): Promise<void> {
  const items = await sql<{ sku: string; status: string }>(
    `SELECT retailer_id AS sku, status FROM whatsapp_catalog_items
      WHERE catalog_id = $1 AND (status <> 'synced' OR batch_id IS NOT NULL OR dirty_at IS NOT NULL)`,
    [stage.catalogId],
  );
  expect(items).toEqual([]);
  const { data } = await stage.meta('GET', `catalogs/${await stage.metaCatalogId()}/products`);
  const ours = await sql<{ sku: string; name: string }>(
    'SELECT sku, name FROM whatsapp_products WHERE catalog_id = $1 ORDER BY sku',
    [stage.catalogId],
  );
  const theirs = data.map((item: { retailer_id: string; name: string }) => ({
    sku: item.retailer_id,
    name: item.name,
  }));
  theirs.sort((a: { sku: string }, b: { sku: string }) => (a.sku < b.sku ? -1 : 1));
  expect(theirs).toEqual(ours);
  expect((await stage.calls()).overlappingRequests).toBe(0);
}

describe('a run whose worker ends', () => {
  it.each([
    [
      'while the catalog is created',
      'connect',
      { catalogErrors: [{ kind: 'code', code: 2, call: 'any', times: 1 }] },
    ],
    ['while batches are under way', 'settle', { catalogBatchMs: 1_500 }],
  ])('%s is finished by the next one', async (_, phase, mood) => {
    const stage = await shop(['A', 'B', 'C']);
    await scenario(mood);
    const { body } = await app.api.post(`${stage.path}/sync`);
    await until(
      () => stage.run(body.id),
      (run) => run.status === 'running' && (phase === 'connect' || run.phase === phase),
      { every: 10 },
    );
    await again();
    expect(await through(stage).ended(body.id)).toMatchObject({ status: 'completed', created: 3 });
    await expectAgreement(through(stage));
  });

  it('while it reads starts the read again', async () => {
    const stage = await shop(['A', 'B']);
    await stage.sync();
    await stage.editAtMeta('A', { fields: { name: 'Edited' } });
    await scenario({ latencyMs: 0, catalogErrors: [{ kind: 'code', code: 2, call: 'products', times: 1 }] });
    const { body } = await app.api.post(`${stage.path}/sync`);
    await until(
      () => stage.run(body.id),
      ({ phase }) => phase === 'read',
      { every: 10 },
    );
    await again();
    expect(await through(stage).ended(body.id)).toMatchObject({ status: 'completed', pulledUpdated: 1 });
    await expectAgreement(through(stage));
  });

  it('between the note of a batch and its answer sends the batch again', async () => {
    const stage = await shop(['A', 'B']);
    await stage.sync();
    // What such a worker leaves: items in a batch without a handle, and a run whose lease is over.
    const [run] = await sql<{ id: string }>(
      `INSERT INTO whatsapp_sync_runs (organization_id, catalog_id, mode, trigger, status, phase, lease_until, created_at, updated_at)
       SELECT organization_id, id, 'push', 'manual', 'running', 'push', now() - interval '1 second', now(), now()
         FROM whatsapp_catalogs WHERE id = $1 RETURNING id`,
      [stage.catalogId],
    );
    await sql(
      `WITH batch AS (INSERT INTO whatsapp_sync_batches
           (organization_id, catalog_id, run_id, status, items, sent_at, created_at, updated_at)
         SELECT organization_id, id, $2, 'sending', 1, now(), now(), now() FROM whatsapp_catalogs WHERE id = $1 RETURNING id)
       UPDATE whatsapp_catalog_items SET batch_id = batch.id, status = 'sending', sending = '{"name":"x"}',
              sending_version = version, dirty_at = now(), dirty_since = now(), agreed = agreed || '{"name":"old"}'
         FROM batch WHERE catalog_id = $1 AND retailer_id = 'A'`,
      [stage.catalogId, run?.id],
    );
    expect(await stage.ended(run?.id ?? '')).toMatchObject({ status: 'completed', updated: 1 });
    await expectAgreement(stage);
  });
});

describe('at the same time', () => {
  it('many syncs are one run and one that follows', async () => {
    const stage = await shop(['A']);
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.api.post(`${stage.path}/sync`)));
    const ids = new Set(answers.map(({ body }) => body.id));
    expect(ids.size).toBeLessThanOrEqual(2);
    await until(
      async () => (await app.api.get(`${stage.path}/sync`)).body.data,
      (runs) =>
        runs.length === 2 &&
        runs.every(({ finishedAt }: { finishedAt: string | null }) => finishedAt !== null),
    );
    expect((await stage.calls()).calls).toMatchObject({ writes: 1 });
    await expectAgreement(stage);
  });

  it('edits while items are being sent are sent with the next run, and none is lost', async () => {
    const stage = await shop(['A', 'B', 'C', 'D']);
    await stage.sync();
    const products = (await app.api.get(`${stage.path}/products`)).body.data;
    for (let round = 1; round <= 5; round++) {
      const editing = async () => {
        for (let edit = 1; edit <= 6; edit++) {
          await Promise.all(
            products.map(({ id }: { id: string }) =>
              stage.change(id, { name: `Round ${round}, edit ${edit}` }),
            ),
          );
        }
      };
      await Promise.all([editing(), stage.sync('?mode=push'), stage.sync()]);
    }
    await stage.sync('?mode=push');
    await stage.sync('?mode=push');
    await expectAgreement(stage);
  });

  it('deletions while items are being sent leave nothing behind', async () => {
    const stage = await shop();
    for (let round = 1; round <= 4; round++) {
      const made = await Promise.all(['A', 'B', 'C'].map((sku) => stage.add(mug(sku))));
      const syncing = stage.sync('?mode=push');
      await Promise.all(made.map(({ id }) => app.api.delete(`${stage.path}/products/${id}`)));
      await syncing;
    }
    await stage.add(mug('KEPT'));
    await stage.sync('?mode=push');
    await stage.sync('?mode=push');
    await expectAgreement(stage);
  });

  it('a catalog that is deleted takes its run along', async () => {
    const stage = await shop(['A']);
    await scenario({ catalogBatchMs: 1_000 });
    await app.api.post(`${stage.path}/sync`);
    await until(
      async () => (await app.api.get(stage.path)).body.metaCatalogId,
      (id) => id !== null,
    );
    expect((await app.api.delete(stage.path)).status).toBe(204);
    expect(await sql('SELECT 1 FROM whatsapp_sync_runs WHERE catalog_id = $1', [stage.catalogId])).toEqual(
      [],
    );
    const other = await shop(['B']);
    expect(await other.sync()).toMatchObject({ status: 'completed', created: 1 });
  });
});
