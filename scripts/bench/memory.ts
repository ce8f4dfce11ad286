import { createReadStream } from 'node:fs';
import { APP_FLAGS } from '../launcher/supervisor/app-runtime.ts';
import type { Api } from './api.ts';
import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import { Installation } from './installation.ts';
import { cpuSeconds, forgetPeak, ownMemoryMb, peakMemoryMb } from './proc.ts';
import { createCampaign, writeCsv } from './recipients.ts';
import { atMost } from './report.ts';
import { sendAtRate } from './sender.ts';
import { until } from './until.ts';

const PAGE = 200;
/** Of the million: the memory that sending needs does not depend on how long it sends. */
const SENT = 60_000;
/** What Meta's highest tier allows one number. */
const PER_SECOND = 1_000;
const LOOK_MS = 500;
const PATIENCE_MS = 900_000;

interface Step {
  name: string;
  seconds: number;
  /** Of the process itself: the price of saving memory. */
  cpuSeconds: number;
  peakMb: number;
  /** Without the pages of the program itself, after the step. */
  ownAfterMb: number;
}

/** One campaign of a million, from the upload to the last status of its first day, and the memory it took. */
export const memoryBenchmark: Benchmark = {
  name: 'memory',
  rows: 1_000_000,
  async run(run) {
    const { workshop, rows } = run;
    const installation = await Installation.open(run);
    const { api, process, url } = await installation.startProduct('all');
    await sendAtRate(installation, api, PER_SECOND);
    await installation.meta(
      '/simulator/scenario',
      {
        webhookUrl: `${url}/api/webhooks/whatsapp`,
        rates: { delivery: 1, skipDelivered: 0, read: 1, reply: 0, stop: 0 },
        latencyMs: run.latencyMs,
      },
      'PUT',
    );
    const csv = workshop.path('recipients.csv');
    await writeCsv(csv, rows);

    const sent = Math.min(rows, SENT);
    const steps: Step[] = [];
    const step = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      const begun = performance.now();
      const cpu = cpuSeconds(process.pid);
      await work();
      steps.push({
        name,
        seconds: (performance.now() - begun) / 1000,
        cpuSeconds: cpuSeconds(process.pid) - cpu,
        peakMb: peakMemoryMb(process.pid),
        ownAfterMb: ownMemoryMb(process.pid),
      });
      workshop.log(`${name}: ${steps.at(-1)?.peakMb.toFixed(0)} MB`);
      forgetPeak(process.pid);
    };
    const id = await createCampaign(api, { dailySendLimit: sent });
    const recipients = `/api/whatsapp/campaigns/${id}/recipients`;
    await step('start', () => Promise.resolve());
    await step('import', () => api.upload(recipients, createReadStream(csv)));
    const today = new Date().toISOString().slice(0, 10);
    await step('activate', () => api.post(`/api/marketing/campaigns/${id}/activate?start_date=${today}`));
    await step('list', () => everyPage(api, recipients));
    await step('export', () => api.drain(`${recipients}/export`));
    await step('stats', () => api.get(`/api/whatsapp/campaigns/${id}/stats`));
    await step('send', () => sendFirstDay(api, id, sent));

    const peakMb = Math.max(...steps.map((one) => one.peakMb));
    return {
      rows,
      product: { what: 'peak resident memory of the process that is API and worker in one, in MB', peakMb },
      beside: undefined,
      ratio: undefined,
      goals: [atMost('peak MB', 256, peakMb)],
      details: { steps, nodeFlags: run.nodeFlags ?? APP_FLAGS, ...(await database(installation.client)) },
    };
  },
};

async function sendFirstDay(api: Api, id: string, people: number): Promise<void> {
  await api.post('/api/marketing/process-daily');
  await until(
    () => api.get<{ stats: { read: number } }>(`/api/whatsapp/campaigns/${id}/stats`),
    ({ stats: { read } }) => read >= people,
    { everyMs: LOOK_MS, patienceMs: PATIENCE_MS },
  );
}

async function everyPage(api: Api, path: string): Promise<void> {
  let after = '';
  for (;;) {
    const { nextCursor } = await api.get<{ nextCursor: string | null }>(`${path}?limit=${PAGE}${after}`);
    if (nextCursor === null) return;
    after = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}
