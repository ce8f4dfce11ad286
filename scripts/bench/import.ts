import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import { Installation } from './installation.ts';
import { createCampaign, writeCsv } from './recipients.ts';
import { atMost, median } from './report.ts';
import { createTwin } from './twin-table.ts';

/** A CSV upload over HTTP, compared with a bare COPY of exactly the rows it made. */
export const importBenchmark: Benchmark = {
  name: 'import',
  rows: 1_000_000,
  async run(run) {
    const { workshop, rows, rounds } = run;
    const installation = await Installation.open(run);
    const { api } = await installation.startProduct('all');
    const { client } = installation;
    const csv = workshop.path('recipients.csv');
    await writeCsv(csv, rows);

    const imports = [];
    const copies = [];
    for (let round = 1; round <= rounds; round += 1) {
      await client.query('TRUNCATE campaign_recipients');
      const id = await createCampaign(api);
      await client.query('CHECKPOINT');
      const imported = await installation.timed(() =>
        api.upload<{ added: number }>(`/api/whatsapp/campaigns/${id}/recipients`, createReadStream(csv)),
      );
      await expectRows(client, 'campaign_recipients', rows);
      workshop.log(`round ${round}: import ${imported.seconds.toFixed(1)} s`);

      const dump = workshop.path('recipients.copy');
      await pipeline(client.query(copyTo('COPY campaign_recipients TO STDOUT')), createWriteStream(dump));
      await createTwin(client, 'campaign_recipients', 'bench_twin');
      await client.query('CHECKPOINT');
      const copied = await installation.timed(() =>
        pipeline(createReadStream(dump), client.query(copyFrom('COPY bench_twin FROM STDIN'))),
      );
      await expectRows(client, 'bench_twin', rows);
      workshop.log(`round ${round}: COPY ${copied.seconds.toFixed(1)} s`);
      imports.push(imported);
      copies.push(copied);
    }

    const seconds = median(imports.map((one) => one.seconds));
    const bareSeconds = median(copies.map((one) => one.seconds));
    const cpu = imports.map((one) => one.cpu.product + one.cpu.postgres);
    const bareCpu = copies.map((one) => one.cpu.postgres);
    return {
      rows,
      product: {
        what: 'POST text/csv to a campaign, until the answer',
        seconds,
        rowsPerSecond: rows / seconds,
        cpuSeconds: imports.map((one) => one.cpu),
        fileMb: (await stat(csv)).size / 1024 ** 2,
      },
      beside: {
        what: 'COPY FROM STDIN of the same rows into an empty table with the same indexes, constraints and foreign keys, without triggers',
        seconds: bareSeconds,
        rowsPerSecond: rows / bareSeconds,
        cpuSeconds: bareCpu,
      },
      ratio: seconds / bareSeconds,
      goals: [atMost('import / COPY', 3, seconds / bareSeconds)],
      details: { rounds, cpuRatio: median(cpu) / median(bareCpu), ...(await database(client)) },
    };
  },
};

async function expectRows(client: pg.ClientBase, table: string, expected: number): Promise<void> {
  const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
  if (rows[0]?.n !== expected)
    throw new Error(`${table} holds ${rows[0]?.n ?? 0} rows instead of ${expected}`);
}
