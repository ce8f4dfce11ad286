import type { Api } from './api.ts';
import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import { Installation } from './installation.ts';
import { forgetPeak, peakMemoryMb } from './proc.ts';
import { atMost } from './report.ts';
import { until } from './until.ts';

const LOOK_MS = 100;
const PATIENCE_MS = 900_000;
const EDITED = 100;

interface Run {
  id: string;
  status: string;
  created: number;
  updated: number;
  calls: { write: number; poll: number; read: number };
}

/** A catalog at Meta that was empty, then unchanged, then changed in a few products: what it takes to keep it equal. */
export const syncBenchmark: Benchmark = {
  name: 'sync',
  rows: 100_000,
  async run(run) {
    const { workshop, rows } = run;
    const installation = await Installation.open(run);
    const { client } = installation;
    const { api, process } = await installation.startProduct('all');
    await installation.meta('/simulator/scenario', { catalogBatchMs: 200 }, 'PUT');
    const { id } = await api.post<{ id: string }>('/api/whatsapp/catalogs', {
      name: 'Bench',
      defaultImageUrl: 'https://shop.example.com/i.jpg',
      websiteUrl: 'https://shop.example.com',
    });
    await client.query(
      `INSERT INTO whatsapp_products
         (organization_id, catalog_id, sku, name, description, price, currency, created_at, updated_at)
       SELECT organization_id, id, 'SKU-' || n, 'Product ' || n, repeat('Something about it. ', 10), n % 9000 + 1,
              currency, now(), now()
         FROM whatsapp_catalogs, generate_series(1, $2::int) AS n WHERE id = $1`,
      [id, rows],
    );
    await client.query('ANALYZE whatsapp_products, whatsapp_catalog_items');
    const sync = async (name: string, query: string) => {
      forgetPeak(process.pid);
      const { result, seconds } = await installation.timed(() => finished(api, id, query));
      const peakMb = peakMemoryMb(process.pid);
      workshop.log(
        `${name}: ${seconds.toFixed(1)} s, ${JSON.stringify(result.calls)}, ${Math.round(peakMb)} MB`,
      );
      return { ...result, seconds, peakMb };
    };
    const edit = () =>
      client.query(
        `UPDATE whatsapp_products SET price = price + 1, updated_at = now()
          WHERE catalog_id = $1 AND sku = ANY (SELECT 'SKU-' || n FROM generate_series(1, $2::int) AS n)`,
        [id, EDITED],
      );

    const first = await sync('first push', '');
    const unchanged = await sync('nothing changed', '');
    await edit();
    const full = await sync(`${EDITED} changed, full`, '');
    await edit();
    const push = await sync(`${EDITED} changed, push`, '?mode=push');
    const share = rows / 100_000;
    return {
      rows,
      product: { what: 'a first sync of the whole catalog, until the run has ended', ...first },
      beside: undefined,
      ratio: undefined,
      goals: [
        atMost('first push: seconds', 120, first.seconds),
        atMost('first push: write calls', Math.ceil(34 * share) + 2, first.calls.write),
        atMost('first push: polls', Math.ceil(150 * share) + 10, first.calls.poll),
        atMost('first push: reads', Math.ceil(210 * share) + 10, first.calls.read),
        atMost('first push: peak MB', 256, first.peakMb),
        atMost('nothing changed: write calls', 0, unchanged.calls.write),
        atMost('nothing changed: reads', Math.ceil(201 * share) + 1, unchanged.calls.read),
        atMost('nothing changed: seconds', 30, unchanged.seconds),
        atMost('changed, full: write calls', 1, full.calls.write),
        atMost('changed, push: write calls', 1, push.calls.write),
        atMost('changed, push: reads', 0, push.calls.read),
        atMost('changed, push: seconds', 3, push.seconds),
      ],
      details: { unchanged, full, push, ...(await database(client)) },
    };
  },
};

async function finished(api: Api, catalogId: string, query: string): Promise<Run> {
  const path = `/api/whatsapp/catalogs/${catalogId}/sync`;
  const { id } = await api.post<Run>(`${path}${query}`);
  const run = await until(
    () => api.get<Run>(`${path}/${id}`),
    ({ status }) => status !== 'queued' && status !== 'running',
    { everyMs: LOOK_MS, patienceMs: PATIENCE_MS },
  );
  if (run.status !== 'completed') throw new Error(`the run ended ${run.status}: ${JSON.stringify(run)}`);
  return run;
}
