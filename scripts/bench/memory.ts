import { createReadStream } from 'node:fs';
import { APP_FLAGS } from '../supervisor/app-flags.ts';
import type { Api } from './api.ts';
import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import { Installation } from './installation.ts';
import { cpuSeconds, forgetPeak, ownMemoryMb, peakMemoryMb } from './proc.ts';
import { createCampaign, writeCsv } from './recipients.ts';
import { atMost } from './report.ts';
import { liftMessagingLimit } from './sender.ts';

const PAGE = 200;

interface Step {
  name: string;
  seconds: number;
  /** Of the process itself: what saving memory costs. */
  cpuSeconds: number;
  peakMb: number;
  /** Without the pages of the program itself, after the step. */
  ownAfterMb: number;
}

/** One campaign of a million through everything but the sending, and what the process needed for it. */
export const memoryBenchmark: Benchmark = {
  name: 'memory',
  rows: 1_000_000,
  async run(run) {
    const { workshop, rows } = run;
    const installation = await Installation.open(run);
    const { api, process } = await installation.startProduct('all');
    await liftMessagingLimit(installation, api);
    const csv = workshop.path('recipients.csv');
    await writeCsv(csv, rows);

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
    const id = await createCampaign(api, { dailySendLimit: 250 });
    const recipients = `/api/whatsapp/campaigns/${id}/recipients`;
    await step('start', () => Promise.resolve());
    await step('import', () => api.upload(recipients, createReadStream(csv)));
    await step('activate', () => api.post(`/api/marketing/campaigns/${id}/activate`));
    await step('list', () => everyPage(api, recipients));
    await step('export', () => api.drain(`${recipients}/export`));
    await step('stats', () => api.get(`/api/whatsapp/campaigns/${id}/stats`));

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

async function everyPage(api: Api, path: string): Promise<void> {
  let after = '';
  for (;;) {
    const { nextCursor } = await api.get<{ nextCursor: string | null }>(`${path}?limit=${PAGE}${after}`);
    if (nextCursor === null) return;
    after = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}
