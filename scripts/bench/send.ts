import { join } from 'node:path';
import type pg from 'pg';
import { Api } from './api.ts';
import type { Benchmark, BenchRun } from './benchmark.ts';
import { database } from './circumstances.ts';
import { environment, Installation, type RunningProduct } from './installation.ts';
import { cpuSeconds, cpuSecondsOfFamily, peakMemoryMb } from './proc.ts';
import { Reader } from './reader.ts';
import { createCampaign, fill } from './recipients.ts';
import { atLeast, atMost } from './report.ts';
import { sendAtRate } from './sender.ts';
import { forgetStatements, STATEMENT_SETTINGS, writeStatements } from './statements.ts';
import { until } from './until.ts';

/** Far beyond what Meta allows one number, so that the engine and not the number sets the pace. */
const THROUGHPUT = 5_000;
const STATUSES_A_MESSAGE = 3;
/** Concurrent status webhooks from Meta. With fewer, our disk latency would be the bottleneck. */
const WEBHOOK_CONNECTIONS = 128;
const NOOP_JOBS = 20_000;
const LOOK_MS = 100;
const PATIENCE_MS = 1_800_000;
const STUCK_MS = 60_000;

interface Counts {
  pending: number;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
}

interface Meter {
  product: number;
  simulator: number;
  postgres: number;
  walBytes: number;
  transactions: number;
}

/** A campaign from its start until Meta's last status is counted, compared with a queue whose jobs do nothing. */
export const sendBenchmark: Benchmark = {
  name: 'send',
  rows: 60_000,
  async run(run) {
    const { workshop, rows, profile } = run;
    const installation = await Installation.open(run, profile ? STATEMENT_SETTINGS : {});
    const { client } = installation;
    const product = await installation.startProduct('all');
    await sendAtRate(installation, product.api, THROUGHPUT);
    await setScene(installation, run, product);
    const id = await createCampaign(product.api);
    await fill(client, 'campaign_recipients', id, rows);
    await client.query('VACUUM (ANALYZE) campaign_recipients');
    await client.query('CHECKPOINT');

    if (profile) await forgetStatements(client);
    const before = await meter(installation, product);
    const begun = performance.now();
    await product.api.post(`/api/whatsapp/campaigns/${id}/send`);
    const reader = new Reader(product.api, id);
    const look = countsOf(product.api, id, workshop.log.bind(workshop));
    const sent = await until(look, ({ pending }) => pending === 0, {
      everyMs: LOOK_MS,
      patienceMs: PATIENCE_MS,
    });
    const sentSeconds = (performance.now() - begun) / 1000;
    workshop.log(`${sent.sent} sent, ${Math.round(rows / sentSeconds)} a second`);
    const counts = await until(look, ({ read }) => read === sent.sent, {
      everyMs: LOOK_MS,
      patienceMs: PATIENCE_MS,
    });
    const allSeconds = (performance.now() - begun) / 1000;
    const reading = await reader.close();
    const after = await meter(installation, product);
    const files = profile ? [await writeStatements(client, 'send')] : [];
    const meta = await new Api(installation.simulatorUrl, '').get<{ accepted: number; repeated: number }>(
      '/simulator/messages/stats',
    );
    const peakMb = peakMemoryMb(product.process.pid);
    const circumstances = await database(client);
    await installation.stopProduct(product);
    const noop = await noopQueue(run, installation);

    const perSecond = counts.sent / sentSeconds;
    const perThousand = (name: keyof Meter): number => ((after[name] - before[name]) / rows) * 1000;
    return {
      rows,
      product: {
        what: 'messages a second from POST send until the last one is accepted and recorded, while their statuses come in',
        perSecond,
        statusesPerSecond: (counts.read * STATUSES_A_MESSAGE) / allSeconds,
        secondsUntilSent: sentSeconds,
        secondsUntilRead: allSeconds,
        counts,
        reading,
      },
      beside: {
        what: `BullMQ jobs a second that do nothing, added and processed at once, on ${noop.backend}`,
        perSecond: NOOP_JOBS / noop.seconds,
      },
      ratio: perSecond / (NOOP_JOBS / noop.seconds),
      goals: [
        atLeast('messages a second', 1_000, perSecond),
        atMost('messages sent twice', 0, meta.repeated),
        atMost('messages lost', 0, rows - meta.accepted),
      ],
      details: {
        latencyMs: run.latencyMs,
        cpuSecondsAThousand: {
          product: perThousand('product'),
          postgres: perThousand('postgres'),
          simulator: perThousand('simulator'),
        },
        walBytesAMessage: perThousand('walBytes') / 1000,
        transactionsAMessage: perThousand('transactions') / 1000,
        peakMb,
        files,
        ...circumstances,
      },
    };
  },
};

/**
 * Every recipient gets it and reads it soon: the three statuses of each message arrive while others are being sent.
 */
async function setScene(
  installation: Installation,
  { latencyMs }: BenchRun,
  { url }: RunningProduct,
): Promise<void> {
  await installation.meta(
    '/simulator/scenario',
    {
      webhookUrl: `${url}/api/webhooks/whatsapp`,
      rates: { delivery: 1, skipDelivered: 0, read: 1, reply: 0, stop: 0 },
      delaysMs: {
        sent: { min: 20, max: 100 },
        delivered: { min: 50, max: 300 },
        read: { min: 100, max: 600 },
      },
      latencyMs,
      webhookConcurrency: WEBHOOK_CONNECTIONS,
    },
    'PUT',
  );
}

/** Reads the counters as a client would, and gives up when they stop moving. */
function countsOf(api: Api, id: string, log: (line: string) => void): () => Promise<Counts> {
  let last = '';
  let movedAt = performance.now();
  let toldAt = movedAt;
  return async () => {
    const { stats } = await api.get<{ stats: Counts }>(`/api/whatsapp/campaigns/${id}/stats`);
    const { pending, sent, delivered, read, failed } = stats;
    const counts = { pending, sent, delivered, read, failed };
    const now = performance.now();
    const seen = JSON.stringify(counts);
    if (seen !== last) movedAt = now;
    last = seen;
    if (now - movedAt > STUCK_MS) throw new Error(`the counters stopped moving: ${seen}`);
    if (now - toldAt > 10_000) {
      toldAt = now;
      log(seen);
    }
    return counts;
  };
}

async function meter(installation: Installation, { process }: RunningProduct): Promise<Meter> {
  const { client, simulator, serverPid } = installation;
  return {
    product: cpuSeconds(process.pid),
    simulator: cpuSeconds(simulator.pid),
    postgres: cpuSecondsOfFamily(serverPid),
    ...(await written(client)),
  };
}

async function written(client: pg.ClientBase): Promise<Pick<Meter, 'walBytes' | 'transactions'>> {
  const { rows } = await client.query<{ wal: number; transactions: number }>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS wal,
            (xact_commit + xact_rollback)::float8 AS transactions
       FROM pg_stat_database WHERE datname = current_database()`,
  );
  return { walBytes: rows[0]?.wal ?? 0, transactions: rows[0]?.transactions ?? 0 };
}

async function noopQueue(
  { workshop }: BenchRun,
  { databaseUrl }: Installation,
): Promise<{ seconds: number; backend: string }> {
  const { REDIS_URL } = process.env;
  const queue = workshop.start({
    name: 'noop queue',
    script: join(import.meta.dirname, 'noop-queue.ts'),
    env: environment({ DATABASE_URL: databaseUrl, ...(REDIS_URL === undefined ? {} : { REDIS_URL }) }),
  });
  const { backend } = await queue.says<{ backend: string }>('ready');
  const done = queue.says<{ seconds: number }>('done');
  queue.tell({ jobs: NOOP_JOBS });
  const { seconds } = await done;
  workshop.log(`no-op queue on ${backend}: ${Math.round(NOOP_JOBS / seconds)} jobs a second`);
  return { seconds, backend };
}
