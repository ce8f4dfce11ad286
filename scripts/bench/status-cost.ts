import type pg from 'pg';
import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import { Installation } from './installation.ts';
import { createCampaign, fill } from './recipients.ts';
import { atMost, median } from './report.ts';

const CHANGES = 1_000;
const WARM_UP = 200;

/** One status changed by hand, over and over, in a small campaign and in a large one. */
export const statusCostBenchmark: Benchmark = {
  name: 'status-cost',
  rows: 1_000_000,
  async run(run) {
    const { rows } = run;
    const installation = await Installation.open(run);
    const { client } = installation;
    const { api } = await installation.startProduct('api');
    const campaign = async (size: number): Promise<string> => {
      const id = await createCampaign(api);
      await fill(client, 'campaign_recipients', id, size);
      return id;
    };
    const large = await campaign(Math.max(rows, 3 * CHANGES));
    const small = await campaign(CHANGES);
    const other = await campaign(WARM_UP);
    await client.query('VACUUM (ANALYZE) campaign_recipients');
    await client.query('CHECKPOINT');
    // Waiting for the disk costs the same everywhere, and would hide the cost of the change itself.
    await client.query('SET synchronous_commit = off');

    const series = {
      small: await someOf(client, small, CHANGES),
      // Neighbours from its middle, as a sender takes them, and others from all over it.
      large: await someOf(client, large, CHANGES, 'neighbours'),
      scattered: await someOf(client, large, CHANGES, 'scattered'),
    };
    for (const id of await someOf(client, other, WARM_UP)) await change(client, id);
    const times = { small: [] as number[], large: [] as number[], scattered: [] as number[] };
    for (let i = 0; i < CHANGES; i += 1) {
      for (const name of ['small', 'large', 'scattered'] as const) {
        times[name].push(await change(client, series[name][i] ?? ''));
      }
    }
    await expectCounted(client, small, CHANGES);

    const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);
    const ratio = total(times.large) / total(times.small);
    const figures = (
      what: string,
      values: number[],
    ): { what: string; totalMs: number; medianMs: number } => ({
      what,
      totalMs: total(values),
      medianMs: median(values),
    });
    return {
      rows,
      product: figures(`${CHANGES} single UPDATEs of the status, campaign of ${rows}`, times.large),
      beside: figures(`the same in a campaign of ${CHANGES}, one by one in turn`, times.small),
      ratio,
      goals: [atMost('large / small', 1.2, ratio)],
      details: {
        medianRatio: median(times.large) / median(times.small),
        scattered: {
          ...figures('rows from all over the large campaign, whose pages are read and logged first', []),
          totalMs: total(times.scattered),
          medianMs: median(times.scattered),
          ratio: total(times.scattered) / total(times.small),
        },
        synchronousCommit: 'off in this session',
        ...(await database(client)),
      },
    };
  },
};

async function change(client: pg.ClientBase, id: string): Promise<number> {
  const begun = performance.now();
  await client.query({
    name: 'change',
    text: `UPDATE campaign_recipients SET status = 'sent' WHERE id = $1`,
    values: [id],
  });
  return performance.now() - begun;
}

async function someOf(
  client: pg.ClientBase,
  campaignId: string,
  count: number,
  which: 'neighbours' | 'scattered' = 'neighbours',
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `WITH numbered AS (
       SELECT id, row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS total
         FROM campaign_recipients WHERE campaign_id = $1)
     SELECT id FROM numbered
      WHERE CASE WHEN total = $2 THEN true
                 WHEN $3 = 'neighbours' THEN n > total / 2 AND n <= total / 2 + $2
                 ELSE (n < total / 2 OR n > total / 2 + 2 * $2) AND n % greatest(1, total / (3 * $2)) = 0 END
      ORDER BY CASE WHEN $3 = 'scattered' THEN md5(id::text) ELSE id::text END LIMIT $2`,
    [campaignId, count, which],
  );
  if (rows.length < count) throw new Error(`only ${rows.length} of ${count} recipients for ${which}`);
  return rows.map(({ id }) => id);
}

async function expectCounted(client: pg.ClientBase, campaignId: string, sent: number): Promise<void> {
  const { rows } = await client.query<{ sent: number }>(
    'SELECT messages_sent AS sent FROM marketing_campaigns WHERE id = $1',
    [campaignId],
  );
  if (rows[0]?.sent !== sent) throw new Error(`counted ${rows[0]?.sent ?? 0} sent instead of ${sent}`);
}
