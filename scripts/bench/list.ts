import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import { Installation } from './installation.ts';
import { createCampaign, fill } from './recipients.ts';
import { atMost, quantile } from './report.ts';

const LIMIT = 100;
/** The longest page allowed: the way to the far page is not what is measured. */
const STRIDE = 200;
const REQUESTS = 500;
const WARM_UP = 50;

interface Page {
  data: unknown[];
  nextCursor: string | null;
}

/** The first page of recipients and the ten-thousandth, requested in turn. */
export const listBenchmark: Benchmark = {
  name: 'list',
  rows: 1_000_000,
  async run(run) {
    const { workshop, rows } = run;
    const installation = await Installation.open(run);
    const { client } = installation;
    const { api } = await installation.startProduct('all');
    const id = await createCampaign(api);
    await fill(client, 'campaign_recipients', id, rows);
    await client.query('VACUUM (ANALYZE) campaign_recipients');
    const path = `/api/whatsapp/campaigns/${id}/recipients?limit=`;

    const pages = Math.floor(rows / LIMIT);
    workshop.log(`paging to page ${pages}`);
    const step = async (limit: number, cursor: string | null): Promise<string | null> => {
      const after = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      return (await api.get<Page>(`${path}${limit}${after}`)).nextCursor;
    };
    let cursor: string | null = null;
    let seen = 0;
    for (; seen + STRIDE < (pages - 1) * LIMIT; seen += STRIDE) cursor = await step(STRIDE, cursor);
    cursor = await step((pages - 1) * LIMIT - seen, cursor);
    if (cursor === null) throw new Error(`the list ended before page ${pages}`);

    const first = `${path}${LIMIT}`;
    const far = `${first}&cursor=${encodeURIComponent(cursor)}`;
    const times = { first: [] as number[], far: [] as number[] };
    for (let i = -WARM_UP; i < REQUESTS; i += 1) {
      for (const name of i % 2 === 0 ? (['first', 'far'] as const) : (['far', 'first'] as const)) {
        const begun = performance.now();
        const { data } = await api.get<Page>(name === 'first' ? first : far);
        if (i >= 0) times[name].push(performance.now() - begun);
        if (data.length !== LIMIT) throw new Error(`a page of ${data.length} instead of ${LIMIT}`);
      }
    }
    const figures = (what: string, values: number[]): { what: string; p50Ms: number; p95Ms: number } => ({
      what,
      p50Ms: quantile(values, 0.5),
      p95Ms: quantile(values, 0.95),
    });
    const ratio = quantile(times.far, 0.5) / quantile(times.first, 0.5);
    return {
      rows,
      product: figures(`GET recipients, page ${pages} by cursor, ${LIMIT} a page`, times.far),
      beside: figures('page 1', times.first),
      ratio,
      goals: [atMost(`page ${pages} / page 1`, 1.5, ratio)],
      details: { requests: REQUESTS, ...(await database(client)) },
    };
  },
};
