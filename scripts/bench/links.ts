import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import { BUSINESS_ACCOUNT_ID, environment, Installation, PHONE_NUMBER_ID } from './installation.ts';
import type { BenchLink } from './status-body.ts';
import { atLeast, atMost } from './report.ts';
import { createSentCampaign } from './sent-campaign.ts';
import { until } from './until.ts';
import type { ClientResult } from './webhook-client.ts';

const PATIENCE_MS = 300_000;

/** Tracked links: opened through the API alone, one click for each recipient, then applied by a worker alone. */
export const linksBenchmark: Benchmark = {
  name: 'links',
  rows: 60_000,
  async run(run) {
    const { workshop, rows, connections } = run;
    const client = workshop.start({
      name: 'link client',
      script: join(import.meta.dirname, 'webhook-client.ts'),
      env: environment({}),
    });
    await client.says('ready');
    const installation = await Installation.open(run);
    const sql = installation.client;
    const api = await installation.startProduct('api', { TRUST_PROXY: '127.0.0.1' });
    const campaignId = await createSentCampaign(sql, api.api, rows);
    const number = await addLink(sql, campaignId);
    const key = readFileSync(workshop.path('data/encryption-key'), 'utf8').trim();

    const go = async (of: BenchLink): Promise<ClientResult> => {
      const prepared = client.says('prepared');
      client.tell({
        ...{ type: 'prepare', port: Number(new URL(api.url).port), path: '/', secret: '', count: rows },
        ...{
          connections,
          status: '',
          phoneNumberId: PHONE_NUMBER_ID,
          businessAccountId: BUSINESS_ACCOUNT_ID,
        },
        link: of,
      });
      await prepared;
      const done = client.says<ClientResult>('done');
      client.tell({ type: 'go' });
      return done;
    };
    const bare = await go({ number: 0, key });
    const opened = await installation.timed(() => go({ number, key }));
    const { answers, p99Ms, seconds } = opened.result;
    const redirected = answers['302'] ?? 0;
    workshop.log(`${Math.round(redirected / seconds)} redirects a second, p99 ${p99Ms.toFixed(0)} ms`);
    const stored = await until(
      () => count(sql, 'link_clicks', 'true'),
      (clicks) => clicks >= redirected,
      { everyMs: 50, patienceMs: PATIENCE_MS },
    );

    const applied = await installation.timed(async () => {
      await installation.startProduct('worker');
      const left = await count(sql, 'link_clicks', 'applied_at IS NULL');
      const begun = performance.now();
      await until(
        () => count(sql, 'link_clicks', 'applied_at IS NULL'),
        (open) => open === 0,
        { everyMs: 50, patienceMs: PATIENCE_MS },
      );
      return left / ((performance.now() - begun) / 1_000);
    });
    const clicked = await count(sql, 'campaign_recipients', 'clicked_at IS NOT NULL');
    workshop.log(`${Math.round(applied.result)} clicks applied a second, ${clicked} people`);
    return {
      rows,
      product: {
        what: `GETs of tracked links, ${connections} connections (API process alone)`,
        perSecond: redirected / seconds,
        ...{ seconds, answers, p50Ms: opened.result.p50Ms, p99Ms, stored },
        cpuMicrosecondsARedirect: (opened.cpu.product / rows) * 1e6,
      },
      beside: {
        what: 'GETs of /health/live, answered by the same process',
        perSecond: rows / bare.seconds,
        ...{ p50Ms: bare.p50Ms, p99Ms: bare.p99Ms },
      },
      ratio: redirected / seconds / (rows / bare.seconds),
      goals: [
        atLeast('redirects a second', 3_000, redirected / seconds),
        atMost('p99 of the answer in ms', 50, p99Ms),
        // A click that reaches nobody is not applied.
        atLeast('clicks applied a second', 2_000, clicked === rows ? applied.result : 0),
      ],
      details: { clicked, appliedPerSecond: applied.result, ...(await database(sql)) },
    };
  },
};

async function addLink(sql: pg.ClientBase, campaignId: string): Promise<number> {
  // Nobody opens a message within a second.
  await sql.query(
    `UPDATE campaign_recipients SET sent_at = sent_at - interval '1 minute' WHERE campaign_id = $1`,
    [campaignId],
  );
  const { rows } = await sql.query<{ number: number }>(
    `INSERT INTO tracked_links (organization_id, owner_kind, owner_id, place, url, created_at)
     SELECT organization_id, 'campaign', id, 'button.0', 'https://shop.example/spring', now()
       FROM marketing_campaigns WHERE id = $1 RETURNING number`,
    [campaignId],
  );
  return rows[0]?.number ?? 0;
}

async function count(sql: pg.ClientBase, table: string, where: string): Promise<number> {
  const { rows } = await sql.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE ${where}`);
  return rows[0]?.n ?? 0;
}
