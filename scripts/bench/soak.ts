import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { Api } from './api.ts';
import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import type { RunningProduct } from './installation.ts';
import { preparePacedCampaign } from './paced-campaign.ts';
import { cpuSeconds, cpuSecondsOfFamily, ownMemoryMb } from './proc.ts';
import { Reader } from './reader.ts';
import { atMost } from './report.ts';
import { forgetStatements, writeStatements } from './statements.ts';
import { until } from './until.ts';

/** Half of what Meta's highest tier allows one number, for twenty minutes. */
const PER_SECOND = 500;
const SAMPLE_MS = 15_000;
const PATIENCE_MS = 3_600_000;
/** What caches and pools still take at the beginning does not count as growth. */
const WARM_UP_SHARE = 0.25;

interface Sample {
  second: number;
  sent: number;
  memoryMb: number;
  deadShare: number;
  inboxLagSeconds: number;
}

/**
 * Sending at half the highest rate for the whole time: whether memory grows, dead rows pile up or the webhook inbox
 * falls behind, and how long readers wait meanwhile.
 */
export const soakBenchmark: Benchmark = {
  name: 'soak',
  rows: PER_SECOND * 20 * 60,
  async run(run) {
    const { workshop, rows, profile } = run;
    const { installation, product, id } = await preparePacedCampaign(run, PER_SECOND);
    const { client } = installation;

    if (profile) await forgetStatements(client);
    const begun = performance.now();
    const cpu = {
      product: cpuSeconds(product.process.pid),
      postgres: cpuSecondsOfFamily(installation.serverPid),
    };
    await product.api.post(`/api/whatsapp/campaigns/${id}/send`);
    const samples: Sample[] = [];
    const reader = new Reader(product.api, id);
    const watching = new AbortController();
    const watch = sample(
      { client, product, id, samples, begun, log: workshop.log.bind(workshop) },
      watching.signal,
    );
    await until(
      () => pendingOf(client, id),
      (pending) => pending === 0,
      { everyMs: 1_000, patienceMs: PATIENCE_MS },
    );
    const seconds = (performance.now() - begun) / 1000;
    const reading = await reader.close();
    watching.abort();
    await watch;
    const files = profile ? [await writeStatements(client, 'soak')] : [];
    const stats = await new Api(installation.simulatorUrl, '').get<{ accepted: number; repeated: number }>(
      '/simulator/messages/stats',
    );
    const warm = samples.filter(({ second }) => second > seconds * WARM_UP_SHARE);
    const half = Math.ceil(warm.length / 2);
    const most = (some: readonly Sample[]): number => Math.max(...some.map(({ memoryMb }) => memoryMb));
    const growthMb = most(warm.slice(half)) - most(warm.slice(0, half));
    return {
      rows,
      product: {
        what: `messages a second at a number that may send ${PER_SECOND}, while a reader requests statistics and lists`,
        perSecond: rows / seconds,
        seconds,
        reading,
      },
      beside: undefined,
      ratio: undefined,
      goals: [
        atMost('p99 of statistics and recipient lists, ms', 100, reading.p99Ms),
        atMost('growth of the highest memory from the first half to the second, MB', 32, growthMb),
        atMost('largest share of dead rows', 0.3, Math.max(...warm.map(({ deadShare }) => deadShare))),
        atMost(
          'longest lag of the webhook inbox, s',
          5,
          Math.max(...warm.map(({ inboxLagSeconds }) => inboxLagSeconds)),
        ),
        atMost('messages sent twice', 0, stats.repeated),
      ],
      details: {
        cpuSecondsAThousand: {
          product: ((cpuSeconds(product.process.pid) - cpu.product) / rows) * 1000,
          postgres: ((cpuSecondsOfFamily(installation.serverPid) - cpu.postgres) / rows) * 1000,
        },
        files,
        samples: samples.filter((_, index) => index % 4 === 0),
        ...(await database(client)),
      },
    };
  },
};

async function pendingOf(client: pg.ClientBase, id: string): Promise<number> {
  const { rows } = await client.query<{ pending: number }>(
    'SELECT messages_pending AS pending FROM marketing_campaigns WHERE id = $1',
    [id],
  );
  return rows[0]?.pending ?? 0;
}

interface Watched {
  client: pg.ClientBase;
  product: RunningProduct;
  id: string;
  samples: Sample[];
  begun: number;
  log: (line: string) => void;
}

async function sample(
  { client, product, id, samples, begun, log }: Watched,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { rows } = await client.query<{ dead: number; lag: number; sent: number }>(
      `SELECT (SELECT coalesce(max(n_dead_tup::float8 / nullif(n_live_tup + n_dead_tup, 0)), 0)
                 FROM pg_stat_user_tables
                WHERE relname IN ('campaign_recipients', 'whatsapp_messages', 'webhook_events')) AS dead,
              (SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0)::float8
                 FROM webhook_events WHERE status = 'received') AS lag,
              (SELECT messages_sent FROM marketing_campaigns WHERE id = $1) AS sent`,
      [id],
    );
    const [row] = rows;
    if (row === undefined) throw new TypeError('a statement of sub-selects always returns a row');
    const one = {
      second: Math.round((performance.now() - begun) / 1000),
      sent: row.sent,
      memoryMb: ownMemoryMb(product.process.pid),
      deadShare: row.dead,
      inboxLagSeconds: Math.max(0, row.lag),
    };
    samples.push(one);
    log(JSON.stringify(one));
    await pause(SAMPLE_MS, undefined, { signal }).catch(() => undefined);
  }
}
