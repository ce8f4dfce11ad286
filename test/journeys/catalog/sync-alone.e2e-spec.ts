import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Engine, startEngine } from '../../support/engine.js';
import { catalogName, IMAGE, SyncStage } from '../../support/sync-stage.js';
import { until } from '../../support/until.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2026-03-02T12:00:00Z', { env: { CATALOG_SYNC_AT: '0 3 * * *' } });
});
afterAll(() => engine.close());
beforeEach(() => engine.scenario({ catalogBatchMs: 20, catalogErrors: [] }));

const shop = (input: object = {}) =>
  SyncStage.create(engine.app.api, engine.meta.url, {
    name: catalogName(),
    defaultImageUrl: IMAGE,
    ...input,
  });
const mug = { sku: 'MUG', name: 'Mug', price: 850 };
const runs = async (stage: SyncStage): Promise<any[]> =>
  (await engine.app.api.get(`${stage.path}/sync`)).body.data;
const ended = (stage: SyncStage, trigger: string, count = 1) =>
  until(
    () => runs(stage),
    (all) => all.filter((run) => run.trigger === trigger && run.finishedAt !== null).length >= count,
    { within: 30_000, every: 100 },
  );

describe('a catalog that synchronises itself', () => {
  it('is pushed half a minute after the last change, with one call', async () => {
    const stage = await shop();
    const { id } = await stage.add(mug);
    await stage.sync();
    await engine.app.api.put(stage.path, { autoSync: true });
    await stage.change(id, { price: 900 });
    await stage.change(id, { price: 950 });
    await engine.advance('PT10S');
    expect(await runs(stage)).toHaveLength(1);
    await engine.advance('PT25S');
    const [run] = await ended(stage, 'auto');
    expect(run).toMatchObject({ mode: 'push', updated: 1, calls: { write: 1, read: 0 } });
    expect(await stage.atMeta('MUG')).toMatchObject({ price: '₹950.00' });
  });

  it('is read in full each night, within the hour', async () => {
    const stage = await shop({ autoSync: true });
    await stage.add(mug);
    await stage.sync();
    await stage.editAtMeta('MUG', { price: '700.00 INR' });
    await engine.moveTo('2026-03-03T03:00:01Z');
    await until(
      () => runs(stage),
      (all) => all.some(({ trigger }) => trigger === 'schedule'),
    );
    await engine.moveTo('2026-03-03T04:00:02Z');
    const all = await ended(stage, 'schedule');
    expect(all.find(({ trigger }) => trigger === 'schedule')).toMatchObject({
      mode: 'full',
      pulledUpdated: 1,
    });
    expect((await stage.bySku('MUG')).price).toBe('700.00');
  });

  it('is read when a webhook reports the batch of a stranger, and once an hour at most', async () => {
    const stage = await shop({ autoSync: true });
    await stage.add(mug);
    await stage.sync();
    const tell = (handle: string) =>
      stage.meta('POST', 'webhooks', {
        object: 'catalog',
        field: 'items_batch',
        value: { catalog_id: catalogId, handle, status: 'Finished' },
      });
    const catalogId = await stage.metaCatalogId();
    await tell('of-another-app');
    await ended(stage, 'webhook');
    await tell('once-more');
    await engine.toldAll();
    expect((await runs(stage)).filter(({ trigger }) => trigger === 'webhook')).toHaveLength(1);
  });

  it('loses the sale at Meta when it ends here', async () => {
    const stage = await shop({ autoSync: true });
    const saleEndsAt = new Date(engine.now().getTime() + 3_600_000).toISOString();
    await stage.add({ ...mug, salePrice: 800, saleEndsAt });
    await stage.sync();
    expect(await stage.atMeta('MUG')).toMatchObject({ sale_price: '₹800.00' });
    await engine.advance('PT1H1M');
    await until(
      async () => (await stage.bySku('MUG')).sync.status,
      (status) => status === 'dirty',
    );
    await engine.advance('PT1M');
    await ended(stage, 'auto');
    expect((await stage.atMeta('MUG')).sale_price).toBeUndefined();
  });
});

describe('a run that Meta keeps waiting', () => {
  it('waits as long as Meta says, calls nothing meanwhile, and then goes on', async () => {
    const stage = await shop();
    await stage.add(mug);
    await engine.scenario({
      catalogErrors: [{ kind: 'code', code: 80_014, call: 'items_batch', minutes: 7, times: 1 }],
    });
    const { body } = await engine.app.api.post(`${stage.path}/sync`);
    const waiting = await until(
      () => stage.run(body.id),
      ({ waitingUntil }) => waitingUntil !== null,
    );
    const minutes = (Date.parse(waiting.waitingUntil) - engine.now().getTime()) / 60_000;
    expect(minutes).toBeGreaterThan(6);
    expect(minutes).toBeLessThanOrEqual(7);
    const { calls } = await stage.calls();
    await engine.advance('PT5M');
    expect((await stage.calls()).calls).toEqual(calls);
    await engine.advance('PT3M');
    expect(await stage.ended(body.id)).toMatchObject({ status: 'completed', created: 1 });
  });

  it('sends again what may or may not have arrived', async () => {
    const stage = await shop();
    await stage.add(mug);
    await engine.scenario({ catalogErrors: [{ kind: 'cut-after', call: 'items_batch', times: 1 }] });
    const { body } = await engine.app.api.post(`${stage.path}/sync`);
    await until(
      () => stage.run(body.id),
      ({ waitingUntil }) => waitingUntil !== null,
    );
    await engine.advance('PT1M');
    expect(await stage.ended(body.id)).toMatchObject({
      status: 'completed',
      created: 1,
      calls: { write: 3 },
    });
    expect((await stage.bySku('MUG')).sync.status).toBe('synced');
  });

  it('believes what the catalog shows when a batch never finishes', async () => {
    const stage = await shop();
    await stage.add(mug);
    await engine.scenario({ catalogErrors: [{ kind: 'never-finished', times: 1 }] });
    const { body } = await engine.app.api.post(`${stage.path}/sync`);
    await until(
      () => stage.run(body.id),
      ({ calls }) => calls.poll > 1,
    );
    await engine.advance('PT31M');
    expect(await stage.ended(body.id)).toMatchObject({ status: 'completed' });
    expect((await stage.bySku('MUG')).sync.status).toBe('synced');
  });

  it('stops when it is asked to', async () => {
    const stage = await shop();
    await stage.add(mug);
    await engine.scenario({ catalogErrors: [{ kind: 'never-finished', times: 1 }] });
    const { body } = await engine.app.api.post(`${stage.path}/sync`);
    await until(
      () => stage.run(body.id),
      ({ phase }) => phase === 'settle',
    );
    await engine.app.api.delete(`${stage.path}/sync/${body.id}`);
    expect(await stage.ended(body.id)).toMatchObject({ status: 'stopped' });
  });
});
