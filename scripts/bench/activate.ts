import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import { Installation, type Timed } from './installation.ts';
import { createCampaign, fill } from './recipients.ts';
import { atMost, median } from './report.ts';
import { liftMessagingLimit } from './sender.ts';
import { forgetStatements, STATEMENT_SETTINGS, writeStatements } from './statements.ts';
import { createTwin } from './twin-table.ts';

const CASES = [
  { name: 'at 250 a day', dailySendLimit: 250 },
  { name: 'all on one day', dailySendLimit: null },
] as const;

/** Planning a whole campaign, compared with one bare UPDATE of as many dates. */
export const activateBenchmark: Benchmark = {
  name: 'activate',
  rows: 1_000_000,
  async run(run) {
    const { workshop, rows, rounds, profile } = run;
    const installation = await Installation.open(run, profile ? STATEMENT_SETTINGS : {});
    const { client } = installation;
    // No worker, so the planned recipients are not sent.
    const { api } = await installation.startProduct('api');
    await liftMessagingLimit(installation, api);

    /** Both sides start alike: filled in one go, vacuumed, and with nothing left for the server to write. */
    const settle = async (table: string): Promise<void> => {
      await client.query(`VACUUM (ANALYZE) ${table}`);
      await client.query('CHECKPOINT');
    };
    const planned: Record<string, Timed<{ estimated_days: number }>[]> = {};
    const bare: Timed<unknown>[] = [];
    if (profile) await forgetStatements(client);
    for (let round = 1; round <= rounds; round += 1) {
      for (const { name, dailySendLimit } of CASES) {
        await client.query('TRUNCATE campaign_recipients');
        const id = await createCampaign(api, { dailySendLimit });
        await fill(client, 'campaign_recipients', id, rows);
        await settle('campaign_recipients');
        const activated = await installation.timed(() =>
          api.post<{ estimated_days: number }>(`/api/marketing/campaigns/${id}/activate`),
        );
        (planned[name] ??= []).push(activated);
        workshop.log(`${name}: ${activated.seconds.toFixed(1)} s, ${activated.result.estimated_days} days`);

        await createTwin(client, 'campaign_recipients', 'bench_twin');
        await fill(client, 'bench_twin', id, rows);
        await settle('bench_twin');
        const updated = await installation.timed(() =>
          client.query(`UPDATE bench_twin SET scheduled_send_date = '2030-01-01'`),
        );
        bare.push(updated);
        workshop.log(`bare UPDATE: ${updated.seconds.toFixed(1)} s`);
      }
    }

    const files = profile ? [await writeStatements(client, 'activate')] : [];
    const bareSeconds = median(bare.map(({ seconds }) => seconds));
    const bareCpu = median(bare.map(({ cpu }) => cpu.postgres));
    const plans = Object.entries(planned).map(([name, runs]) => ({
      name,
      seconds: median(runs.map(({ seconds }) => seconds)),
      cpuSeconds: median(runs.map(({ cpu }) => cpu.postgres + cpu.product)),
      days: runs[0]?.result.estimated_days,
    }));
    const ratios = plans.map(({ name, seconds }) => [name, seconds / bareSeconds] as const);
    return {
      rows,
      product: { what: 'POST activate, until the answer', plans },
      beside: {
        what: 'one UPDATE of the planned date of the same rows in a table with the same indexes, without triggers; median of all runs',
        seconds: bareSeconds,
        all: bare.map(({ seconds }) => seconds),
        cpuSeconds: bareCpu,
      },
      ratio: Math.max(...ratios.map(([, ratio]) => ratio)),
      goals: ratios.map(([name, ratio]) => atMost(`activate / UPDATE, ${name}`, 1.3, ratio)),
      details: {
        rounds,
        files,
        cpuRatios: plans.map(({ name, cpuSeconds }) => ({ name, ratio: cpuSeconds / bareCpu })),
        ...(await database(client)),
      },
    };
  },
};
