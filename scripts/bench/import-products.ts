import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Api } from './api.ts';
import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import { Installation, type Timed } from './installation.ts';
import { forgetPeak, peakMemoryMb } from './proc.ts';
import { createCatalog, writeProducts } from './products-file.ts';
import { atMost, median } from './report.ts';
import { createTwin } from './twin-table.ts';
import type { Workshop } from './workshop.ts';

const TABLES = ['whatsapp_products', 'whatsapp_catalog_items'];

interface Imported {
  rowsCreated: number;
  rowsUnchanged: number;
}

/** A CSV upload of products over HTTP, new and again unchanged, compared with a bare COPY of the rows it made. */
export const importProductsBenchmark: Benchmark = {
  name: 'import-products',
  rows: 100_000,
  async run(run) {
    const { workshop, rows, rounds } = run;
    const installation = await Installation.open(run);
    const { api, process } = await installation.startProduct('all');
    const { client } = installation;
    const csv = workshop.path('products.csv');
    await writeProducts(csv, rows);

    const imports: Timed<Imported>[] = [];
    const repeats: Timed<Imported>[] = [];
    const copies: Timed<void>[] = [];
    const peaks: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      await emptyTables(client);
      const path = `/api/whatsapp/catalogs/${await createCatalog(api)}/products/import`;
      await client.query('CHECKPOINT');
      forgetPeak(process.pid);
      imports.push(await timedImport(installation, api, path, csv, { rowsCreated: rows }));
      repeats.push(await timedImport(installation, api, path, csv, { rowsUnchanged: rows }));
      peaks.push(peakMemoryMb(process.pid));
      copies.push(await timedCopy(installation, client, workshop, rows));
      const seconds = [imports, repeats, copies].map((all) => all.at(-1)?.seconds.toFixed(1));
      workshop.log(`round ${round}: import ${seconds[0]} s, again ${seconds[1]} s, COPY ${seconds[2]} s`);
    }

    const [seconds, again, bare] = [imports, repeats, copies].map((all) =>
      median(all.map((one) => one.seconds)),
    );
    if (seconds === undefined || again === undefined || bare === undefined)
      throw new Error('nothing was measured');
    const peakMb = Math.max(...peaks);
    return {
      rows,
      product: {
        what: 'POST text/csv to a catalog, until the answer; and once more, when nothing changes',
        seconds,
        againSeconds: again,
        rowsPerSecond: rows / seconds,
        peakMb,
        cpuSeconds: imports.map((one) => one.cpu),
        againCpuSeconds: repeats.map((one) => one.cpu),
        fileMb: (await stat(csv)).size / 1024 ** 2,
      },
      beside: {
        what: 'COPY FROM STDIN of the same products and items into empty tables with the same indexes, constraints and foreign keys, without triggers',
        seconds: bare,
        cpuSeconds: copies.map((one) => one.cpu.postgres),
      },
      ratio: seconds / bare,
      goals: [
        atMost('import / COPY', 3, seconds / bare),
        atMost('again / COPY', 2, again / bare),
        atMost('peak MB', 200, peakMb),
      ],
      details: { rounds, ...(await database(client)) },
    };
  },
};

/** The ledger of stock refuses TRUNCATE. */
async function emptyTables(client: pg.Client): Promise<void> {
  await client.query('DELETE FROM whatsapp_catalogs');
  for (const table of [...TABLES, 'stock_movements']) await client.query(`VACUUM FULL ${table}`);
}

async function timedImport(
  installation: Installation,
  api: Api,
  path: string,
  csv: string,
  expected: Partial<Imported>,
): Promise<Timed<Imported>> {
  const timed = await installation.timed(() => api.upload<Imported>(path, createReadStream(csv)));
  for (const [name, count] of Object.entries(expected)) {
    const found = timed.result[name as keyof Imported];
    if (found !== count) throw new Error(`${name} is ${found} instead of ${count}`);
  }
  return timed;
}

async function timedCopy(
  installation: Installation,
  client: pg.Client,
  workshop: Workshop,
  rows: number,
): Promise<Timed<void>> {
  const twins = TABLES.map((table) => ({
    table,
    twin: `bench_${table}`,
    dump: workshop.path(`${table}.copy`),
  }));
  for (const { table, twin, dump } of twins) {
    await pipeline(client.query(copyTo(`COPY ${table} TO STDOUT`)), createWriteStream(dump));
    await createTwin(client, table, twin);
  }
  await client.query('CHECKPOINT');
  const timed = await installation.timed(async () => {
    for (const { twin, dump } of twins) {
      await pipeline(createReadStream(dump), client.query(copyFrom(`COPY ${twin} FROM STDIN`)));
    }
  });
  for (const { twin } of twins) {
    const { rows: counted } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${twin}`);
    if (counted[0]?.n !== rows)
      throw new Error(`${twin} holds ${counted[0]?.n ?? 0} rows instead of ${rows}`);
  }
  return timed;
}
