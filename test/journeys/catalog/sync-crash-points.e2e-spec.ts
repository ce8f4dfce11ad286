import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SyncDispatcher } from '../../../src/catalog/sync/sync-dispatcher.service.js';
import { SyncRunner } from '../../../src/catalog/sync/sync-runner.service.js';
import { takeRuns } from '../../../src/catalog/sync/sync-runs.queries.js';
import { Clock } from '../../../src/platform/clock/clock.js';
import { Database } from '../../../src/platform/database/database.js';
import { GraphClient } from '../../../src/whatsapp/graph/graph.client.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { catalogName, IMAGE, slowPolls, SyncStage } from '../../support/sync-stage.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

// A worker dies before and after everything it awaits: a statement, a transaction, a call to Meta. The next one goes on
// with what is written down.

/** Some hundred syncs, on a machine that is busy with other work. */
const PATIENCE_MS = 600_000;

class Died extends Error {}

/** One life of a worker. */
interface Life {
  stepsLeft: number;
  isOver: boolean;
}

const lives = new AsyncLocalStorage<Life>();

function step(): void {
  const life = lives.getStore();
  if (life === undefined) return;
  if (!life.isOver && life.stepsLeft > 0) {
    life.stepsLeft -= 1;
    return;
  }
  // Nothing that a dead worker does in its last moments may count either.
  life.isOver = true;
  throw new Died();
}

/** Replaces a method by one that may die before it begins, and after it has had its effect. */
function endanger<T extends object>(target: T, name: keyof T): void {
  const method = target[name] as (...given: unknown[]) => Promise<unknown>;
  target[name] = (async (...given: unknown[]) => {
    step();
    const result = await method.apply(target, given);
    step();
    return result;
  }) as T[keyof T];
}

let meta: TestMeta;
let app: TestApp;
let database: Database;
let runner: SyncRunner;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: meta.env });
  database = app.app.get(Database);
  runner = app.app.get(SyncRunner, { strict: false });
  await app.app.get(SyncDispatcher, { strict: false }).onModuleDestroy();
  endanger(database, 'transaction');
  endanger(database.dataSource.manager, 'query');
  const graph = app.app.get(GraphClient, { strict: false });
  slowPolls(graph);
  endanger(graph, 'request');
  await fetch(`${meta.url}/simulator/scenario`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ catalogBatchMs: 0 }),
  });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

const sql = <T>(text: string, values: unknown[] = []): Promise<T[]> => database.manager.query(text, values);

/** Lets a worker live for a number of steps with the next run. Returns whether it died. */
async function live(steps: number): Promise<boolean> {
  const now = app.app.get(Clock).now();
  const leaseUntil = new Date(now.getTime() + 60_000);
  const [run] = await database.transaction((tx) => takeRuns(tx, { now, leaseUntil, room: 1, except: [] }));
  if (run === undefined) throw new Error('no run is due');
  const life: Life = { stepsLeft: steps, isOver: false };
  await lives.run(life, () => runner.run(run, leaseUntil, () => false)).catch(() => undefined);
  await sql(
    `UPDATE whatsapp_sync_runs SET lease_until = now() - interval '1 second' WHERE id = $1 AND status = 'running'`,
    [run.id],
  );
  return life.isOver;
}

/** Starts a run, kills its worker after so many steps, and has another one finish it. */
async function syncWithDeath(stage: SyncStage, steps: number) {
  // All these syncs fall into one hour, whose budget is for a few.
  await sql('DELETE FROM whatsapp_sync_calls');
  const { body } = await app.api.post(`${stage.path}/sync`);
  const hasDied = await live(steps);
  // The last thing a worker does is to note the end: then it may die.
  const { finishedAt } = await stage.run(body.id);
  if (hasDied && finishedAt === null) expect(await live(Infinity)).toBe(false);
  return { hasDied, run: await stage.run(body.id) };
}

/** Both sides show the same, and nothing is under way. */
async function expectAgreement(stage: SyncStage): Promise<void> {
  const open = await sql(
    `SELECT retailer_id, status FROM whatsapp_catalog_items
      WHERE catalog_id = $1 AND role <> 'group' AND (status <> 'synced' OR batch_id IS NOT NULL OR dirty_at IS NOT NULL)
      UNION ALL SELECT id::text, status FROM whatsapp_sync_batches WHERE catalog_id = $1 AND status IN ('sending', 'polling')`,
    [stage.catalogId],
  );
  expect(open).toEqual([]);
  const ours = await sql(
    `SELECT sku, name, price::text, meta_product_id AS id FROM whatsapp_products
      WHERE catalog_id = $1 AND NOT has_variants
      UNION ALL SELECT sku, name, price::text, meta_product_id FROM whatsapp_product_variants WHERE catalog_id = $1
      ORDER BY sku`,
    [stage.catalogId],
  );
  const catalog = meta.simulator.state.catalogs.get(await stage.metaCatalogId());
  const theirs = [...(catalog?.products.values() ?? [])].map(({ id, retailerId: sku, price, fields }) => ({
    sku,
    name: fields['name'],
    price: ((price?.minor ?? 0) / 100).toFixed(2),
    id,
  }));
  theirs.sort((a, b) => (a.sku < b.sku ? -1 : 1));
  expect(theirs).toEqual(ours);
}

describe('a worker that dies', () => {
  it(
    'at any moment while a catalog is made and filled leaves both sides equal',
    async () => {
      let deaths = 0;
      for (let hasDied = true; hasDied; deaths += 1) {
        const stage = await SyncStage.create(app.api, meta.url, {
          name: catalogName(),
          defaultImageUrl: IMAGE,
        });
        await stage.add({ sku: 'A', name: 'A', price: 10 });
        const done = await syncWithDeath(stage, deaths);
        ({ hasDied } = done);
        expect(done.run).toMatchObject({ status: 'completed', created: 1, updated: 0 });
        await expectAgreement(stage);
      }
      expect(deaths).toBeGreaterThan(20);
    },
    PATIENCE_MS,
  );

  it(
    'at any moment of a sync with changes on both sides loses, repeats and miscounts none',
    async () => {
      const stage = await SyncStage.create(app.api, meta.url, {
        name: catalogName(),
        defaultImageUrl: IMAGE,
      });
      const edited = await stage.add({ sku: 'EDITED-HERE', name: 'x', price: 10 });
      await stage.add({ sku: 'EDITED-THERE', name: 'x', price: 10 });
      let gone = await stage.add({ sku: 'GONE-0', name: 'x', price: 10 });
      await syncWithDeath(stage, Infinity);
      let deaths = 0;
      for (let hasDied = true; hasDied; deaths += 1) {
        const round = deaths + 1;
        await stage.change(edited.id, { price: 10 + round });
        await stage.editAtMeta('EDITED-THERE', { fields: { name: `Edited ${round}` } });
        await app.api.delete(`${stage.path}/products/${gone.id}`);
        gone = await stage.add({ sku: `GONE-${round}`, name: 'x', price: 10 });
        await stage.editAtMeta(`MADE-THERE-${round}`, {
          price: '10.00 INR',
          fields: { name: 'Made', image_url: IMAGE },
        });
        const done = await syncWithDeath(stage, deaths);
        ({ hasDied } = done);
        expect(done.run).toMatchObject({
          status: 'completed',
          created: 1,
          updated: 1,
          deleted: 1,
          pulledCreated: 1,
          pulledUpdated: 1,
        });
        await expectAgreement(stage);
      }
      expect(deaths).toBeGreaterThan(30);
    },
    PATIENCE_MS,
  );
});
