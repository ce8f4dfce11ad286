import { join } from 'node:path';
import type pg from 'pg';
import type { Benchmark, BenchRun } from './benchmark.ts';
import type { BenchProcess } from './bench-process.ts';
import { database } from './circumstances.ts';
import {
  APP_SECRET,
  BUSINESS_ACCOUNT_ID,
  environment,
  Installation,
  PHONE_NUMBER_ID,
  type Timed,
} from './installation.ts';
import { cpuSeconds } from './proc.ts';
import { atLeast, atMost } from './report.ts';
import { createSentCampaign } from './sent-campaign.ts';
import type { ClientResult, ClientTask } from './webhook-client.ts';
import { until } from './until.ts';

const PATH = '/api/webhooks/whatsapp';
const PATIENCE_MS = 300_000;

/**
 * Status webhooks: accepted by the API alone, applied by a worker alone, and both at once; compared with a bare
 * server.
 */
export const webhookBenchmark: Benchmark = {
  name: 'webhook',
  rows: 150_000,
  async run(run) {
    const { workshop, rows, connections } = run;
    const client = workshop.start({
      name: 'webhook client',
      script: join(import.meta.dirname, 'webhook-client.ts'),
      env: environment({}),
    });
    await client.says('ready');
    const bare = await bareServer(run, client);

    const installation = await Installation.open(run);
    const sql = installation.client;
    const api = await installation.startProduct('api');
    const campaignId = await createSentCampaign(sql, api.api, rows);

    const port = Number(new URL(api.url).port);
    await prepare(client, { ...task(run, port), status: 'delivered' });
    const accepted = await installation.timed(() => go(client));
    workshop.log(`accepted ${rate(rows, accepted)} a second, p99 ${accepted.result.p99Ms.toFixed(0)} ms`);
    await expectStored(sql, accepted.result, rows);

    const drained = await installation.timed(async () => {
      await installation.startProduct('worker');
      // It has been working for a moment before it reports that it is ready.
      const left = await waiting(sql);
      const begun = performance.now();
      await settled(sql);
      return { events: left, seconds: (performance.now() - begun) / 1000 };
    });
    const processedPerSecond = drained.result.events / drained.result.seconds;
    const delivered = await counted(sql, campaignId, 'delivered');
    workshop.log(`processed ${Math.round(processedPerSecond)} a second, ${delivered} applied`);

    await prepare(client, { ...task(run, port), status: 'read' });
    const both = await installation.timed(async () => {
      const result = await go(client);
      await settled(sql);
      return result;
    });
    const read = await counted(sql, campaignId, 'read');
    workshop.log(`both at once: ${Math.round(rows / both.seconds)} a second`);

    const perSecond = rows / accepted.result.seconds;
    // Without a worker to apply them, statuses are only stored.
    const applied = delivered === rows ? processedPerSecond : 0;
    return {
      rows,
      product: {
        what: `signed POSTs with one status each, ${connections} connections, answered when on disk (API process alone)`,
        perSecond,
        ...withoutType(accepted.result),
        cpuMicrosecondsAPost: perPost(accepted, rows),
      },
      beside: {
        what: 'Fastify that checks the signature and keeps nothing, same client',
        perSecond: rows / bare.seconds,
        ...withoutType(bare),
      },
      ratio: perSecond / (rows / bare.seconds),
      goals: [
        atLeast('accepted a second', 10_000, perSecond),
        atMost('p99 of the answer in ms', 100, accepted.result.p99Ms),
        atLeast('statuses applied a second', 5_000, applied),
      ],
      details: {
        applying: {
          what: 'the same events processed by a worker alone',
          perSecond: processedPerSecond,
          applied: delivered,
          cpuMicrosecondsAnEvent: perPost(drained, rows),
        },
        bothAtOnce: {
          what: 'another status for each, from the first POST until the last one has taken effect',
          perSecond: rows / both.seconds,
          acceptedPerSecond: rows / both.result.seconds,
          p99Ms: both.result.p99Ms,
          answers: both.result.answers,
          applied: read,
          cpuMicrosecondsAnEvent: perPost(both, rows),
        },
        ...(await database(sql)),
      },
    };
  },
};

async function bareServer(run: BenchRun, client: BenchProcess): Promise<ClientResult> {
  const server = run.workshop.start({
    name: 'bare webhook',
    script: join(import.meta.dirname, 'bare-webhook.ts'),
    env: environment({ BENCH_SECRET: APP_SECRET }),
  });
  const { url } = await server.says<{ url: string }>('ready');
  await prepare(client, { ...task(run, Number(new URL(url).port)), path: '/webhook' });
  const cpu = cpuSeconds(server.pid);
  const result = await go(client);
  run.workshop.log(
    `bare server: ${Math.round(run.rows / result.seconds)} a second, ${(((cpuSeconds(server.pid) - cpu) / run.rows) * 1e6).toFixed(0)} µs of CPU each`,
  );
  await server.stop();
  return result;
}

const task = ({ rows, connections }: BenchRun, port: number): ClientTask => ({
  type: 'prepare',
  port,
  path: PATH,
  secret: APP_SECRET,
  count: rows,
  connections,
  status: 'delivered',
  phoneNumberId: PHONE_NUMBER_ID,
  businessAccountId: BUSINESS_ACCOUNT_ID,
});

async function prepare(client: BenchProcess, prepared: ClientTask): Promise<void> {
  const done = client.says('prepared');
  client.tell(prepared);
  await done;
}

async function go(client: BenchProcess): Promise<ClientResult> {
  const done = client.says<ClientResult>('done');
  client.tell({ type: 'go' });
  return done;
}

/** Waits until every event has been processed. */
async function settled(sql: pg.ClientBase): Promise<void> {
  await until(
    async () => (await sql.query(`SELECT FROM webhook_events WHERE status = 'received' LIMIT 1`)).rowCount,
    (count) => count === 0,
    { everyMs: 50, patienceMs: PATIENCE_MS },
  );
}

async function waiting(sql: pg.ClientBase): Promise<number> {
  const { rows } = await sql.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM webhook_events WHERE status = 'received'`,
  );
  return rows[0]?.n ?? 0;
}

async function expectStored(sql: pg.ClientBase, { answers }: ClientResult, count: number): Promise<void> {
  const { rows } = await sql.query<{ n: number }>('SELECT count(*)::int AS n FROM webhook_events');
  const accepted = answers['200'] ?? 0;
  if (accepted !== count || rows[0]?.n !== count) {
    throw new Error(
      `${accepted} of ${count} accepted, ${rows[0]?.n ?? 0} stored: ${JSON.stringify(answers)}`,
    );
  }
}

async function counted(sql: pg.ClientBase, campaignId: string, what: 'delivered' | 'read'): Promise<number> {
  const { rows } = await sql.query<{ n: number }>(
    `SELECT messages_${what} AS n FROM marketing_campaigns WHERE id = $1`,
    [campaignId],
  );
  return rows[0]?.n ?? 0;
}

const rate = (rows: number, { result }: Timed<ClientResult>): number => Math.round(rows / result.seconds);

const perPost = ({ cpu }: Timed<unknown>, rows: number): Timed<unknown>['cpu'] => ({
  product: (cpu.product / rows) * 1e6,
  postgres: (cpu.postgres / rows) * 1e6,
});

function withoutType({ seconds, answers, p50Ms, p99Ms, maxMs, cpuSeconds }: ClientResult): object {
  return { seconds, answers, p50Ms, p99Ms, maxMs, clientCpuSeconds: cpuSeconds };
}
