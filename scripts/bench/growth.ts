import type pg from 'pg';
import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import { Installation, type RunningProduct } from './installation.ts';
import { cpuSeconds, cpuSecondsOfFamily, forgetPeak, peakMemoryMb } from './proc.ts';
import { createCampaign, fill } from './recipients.ts';
import { atMost } from './report.ts';
import { sendAtRate } from './sender.ts';
import { until } from './until.ts';

const THROUGHPUT = 5_000;
const SIZES = [1_000, 100_000, 1_000_000];
const CAMPAIGNS = [10, 100];
const WORKERS = [1, 2, 4];
const LOOK_MS = 100;
const PATIENCE_MS = 1_800_000;

interface Variant {
  what: string;
  messages: number;
  perSecond: number;
  /** CPU seconds per thousand messages, until their statuses are in. */
  product: number;
  postgres: number;
  /** Of the largest of the product's processes during the run. */
  peakMb: number;
}

interface Stage {
  installation: Installation;
  products: readonly RunningProduct[];
}

/**
 * The cost of a message in campaigns of a thousand and of a million recipients, with one and with a hundred campaigns
 * at once, and with one and with four workers on the same database.
 */
export const growthBenchmark: Benchmark = {
  name: 'growth',
  rows: 10_000,
  async run(run) {
    const { workshop, rows } = run;
    const installation = await Installation.open(run);
    const { client } = installation;
    const api = await installation.startProduct('api');
    await sendAtRate(installation, api.api, THROUGHPUT);
    await installation.meta(
      '/simulator/scenario',
      {
        webhookUrl: `${api.url}/api/webhooks/whatsapp`,
        rates: { delivery: 1, skipDelivered: 0, read: 1, reply: 0, stop: 0 },
        delaysMs: { sent: 20, delivered: 50, read: 100 },
        latencyMs: run.latencyMs,
      },
      'PUT',
    );
    const workers: RunningProduct[] = [await installation.startProduct('worker')];
    const stage: Stage = { installation, products: [api, ...workers] };
    const told = (variant: Variant): Variant => {
      workshop.log(JSON.stringify(variant));
      return variant;
    };
    // For its first messages a process loads and compiles everything.
    await sendFrom(stage, api, { what: 'warming up', campaigns: 1, size: 1_000, messages: 1_000 });

    const sizes: Variant[] = [];
    for (const size of SIZES) {
      const messages = Math.min(rows, size);
      sizes.push(
        told(await sendFrom(stage, api, { what: `${size} recipients`, campaigns: 1, size, messages })),
      );
    }
    const campaigns: Variant[] = [];
    for (const count of CAMPAIGNS) {
      const size = Math.ceil(rows / count);
      const wanted = { what: `${count} campaigns`, campaigns: count, size, messages: size * count };
      campaigns.push(told(await sendFrom(stage, api, wanted)));
    }
    const scale: Variant[] = [];
    for (const count of WORKERS) {
      while (workers.length < count) workers.push(await installation.startProduct('worker'));
      const wanted = { what: `${count} workers`, campaigns: 1, size: rows, messages: rows };
      scale.push(told(await sendFrom({ installation, products: [api, ...workers] }, api, wanted)));
    }
    const costOf = (variant: Variant | undefined): number =>
      (variant?.product ?? NaN) + (variant?.postgres ?? NaN);
    const [, middle, large] = sizes;
    return {
      rows,
      product: {
        what: 'CPU seconds per thousand messages and peak memory, by size, number of campaigns and workers',
        sizes,
        campaigns,
        scale,
      },
      beside: undefined,
      ratio: costOf(large) / costOf(middle),
      goals: [
        atMost('cost at 1,000,000 recipients / at 100,000', 1.2, costOf(large) / costOf(middle)),
        atMost('cost with 100 campaigns / with 10', 1.5, costOf(campaigns[1]) / costOf(campaigns[0])),
      ],
      details: { ...(await database(client)) },
    };
  },
};

async function sendFrom(
  { installation, products }: Stage,
  { api }: RunningProduct,
  { what, campaigns, size, messages }: { what: string; campaigns: number; size: number; messages: number },
): Promise<Variant> {
  const { client } = installation;
  const ids: string[] = [];
  for (let n = 0; n < campaigns; n++) {
    const id = await createCampaign(api, { dailySendLimit: messages / campaigns });
    await fill(client, 'campaign_recipients', id, size);
    ids.push(id);
  }
  await client.query('VACUUM (ANALYZE) campaign_recipients');
  await client.query('CHECKPOINT');
  for (const { process } of products) forgetPeak(process.pid);
  const before = meter(installation, products);
  const begun = performance.now();
  for (const id of ids) await api.post(`/api/whatsapp/campaigns/${id}/send`);
  // A million rows are planned before the first message goes out; that has a benchmark of its own.
  const planned = performance.now();
  const afterPlan = meter(installation, products);
  await until(
    () => counted(client, ids, 'messages_sent'),
    (sent) => sent >= messages,
    { everyMs: LOOK_MS, patienceMs: PATIENCE_MS },
  );
  const seconds = (performance.now() - (size > messages ? planned : begun)) / 1000;
  await until(
    () => counted(client, ids, 'messages_read'),
    (read) => read >= messages,
    { everyMs: LOOK_MS, patienceMs: PATIENCE_MS },
  );
  const after = meter(installation, products);
  const from = size > messages ? afterPlan : before;
  for (const id of ids) await api.post(`/api/whatsapp/campaigns/${id}/cancel`).catch(() => undefined);
  return {
    what,
    messages,
    perSecond: messages / seconds,
    product: ((after.product - from.product) / messages) * 1000,
    postgres: ((after.postgres - from.postgres) / messages) * 1000,
    peakMb: Math.max(...products.map(({ process }) => peakMemoryMb(process.pid))),
  };
}

async function counted(
  client: pg.ClientBase,
  ids: readonly string[],
  column: 'messages_sent' | 'messages_read',
): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `SELECT sum(${column})::int AS n FROM marketing_campaigns WHERE id = ANY($1)`,
    [ids],
  );
  return rows[0]?.n ?? 0;
}

function meter(
  { serverPid }: Installation,
  products: readonly RunningProduct[],
): { product: number; postgres: number } {
  return {
    product: products.reduce((sum, { process }) => sum + cpuSeconds(process.pid), 0),
    postgres: cpuSecondsOfFamily(serverPid),
  };
}
