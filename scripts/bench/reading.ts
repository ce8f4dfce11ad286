import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import { preparePacedCampaign } from './paced-campaign.ts';
import { Reader } from './reader.ts';
import { atMost } from './report.ts';
import { until } from './until.ts';

/** What Meta's highest tier allows one number. */
const PER_SECOND = 1_000;
const LOOK_MS = 500;
const PATIENCE_MS = 1_800_000;

interface Stats {
  stats: { pending: number; sent: number; read: number };
}

/** How long a reader of statistics and lists waits while a number sends as fast as Meta allows any. */
export const readingBenchmark: Benchmark = {
  name: 'reading',
  rows: 60 * PER_SECOND,
  async run(run) {
    const { rows } = run;
    const { installation, product, id } = await preparePacedCampaign(run, PER_SECOND);
    const begun = performance.now();
    await product.api.post(`/api/whatsapp/campaigns/${id}/send`);
    const reader = new Reader(product.api, id);
    const { stats } = await until(
      () => product.api.get<Stats>(`/api/whatsapp/campaigns/${id}/stats`),
      ({ stats: { pending } }) => pending === 0,
      { everyMs: LOOK_MS, patienceMs: PATIENCE_MS },
    );
    const seconds = (performance.now() - begun) / 1000;
    const reading = await reader.close();
    return {
      rows,
      product: {
        what: `milliseconds until statistics and lists are answered while a number sends its ${PER_SECOND} a second`,
        ...reading,
        sentPerSecond: rows / seconds,
        readWhenTheLastWasSent: stats.read,
      },
      beside: undefined,
      ratio: undefined,
      goals: [atMost('p99, ms', 100, reading.p99Ms)],
      details: await database(installation.client),
    };
  },
};
