import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import { Installation } from './installation.ts';
import { forgetPeak, peakMemoryMb } from './proc.ts';
import { createCatalog, writeProducts } from './products-file.ts';
import { atMost, median } from './report.ts';

/** What one batch of an export may hold at most, whatever the length of the file. */
const FLAT_MB = 64;

/** The export of a catalog over HTTP, compared with a bare COPY of its table, and with the memory of a tenth of it. */
export const exportProductsBenchmark: Benchmark = {
  name: 'export-products',
  rows: 100_000,
  async run(run) {
    const { workshop, rows, rounds } = run;
    const installation = await Installation.open(run);
    const { api, process } = await installation.startProduct('all');
    const { client } = installation;
    const pathOf = async (count: number): Promise<string> => {
      const csv = workshop.path(`products-${count}.csv`);
      await writeProducts(csv, count);
      const path = `/api/whatsapp/catalogs/${await createCatalog(api)}/products`;
      await api.upload(`${path}/import`, createReadStream(csv));
      return `${path}/export`;
    };
    const small = await pathOf(Math.ceil(rows / 10));
    const whole = await pathOf(rows);
    await client.query('VACUUM ANALYZE whatsapp_products');

    await api.drain(small);
    forgetPeak(process.pid);
    await api.drain(small);
    const smallMb = peakMemoryMb(process.pid);
    const exports = [];
    const copies = [];
    for (let round = 1; round <= rounds; round += 1) {
      exports.push(await installation.timed(() => api.drain(whole)));
      copies.push(
        await installation.timed(() =>
          pipeline(
            client.query(copyTo('COPY whatsapp_products TO STDOUT WITH (FORMAT csv)')),
            createWriteStream(workshop.path('products.copy')),
          ),
        ),
      );
    }
    const wholeMb = peakMemoryMb(process.pid);

    const seconds = median(exports.map((one) => one.seconds));
    const bare = median(copies.map((one) => one.seconds));
    return {
      rows,
      product: {
        what: 'GET of the whole catalog as CSV, to the last byte',
        seconds,
        rowsPerSecond: rows / seconds,
        bytes: exports[0]?.result,
        cpuSeconds: exports.map((one) => one.cpu),
        peakMb: { tenth: smallMb, whole: wholeMb },
      },
      beside: {
        what: 'COPY of the table to a CSV file (which holds the tenth as well)',
        seconds: bare,
        cpuSeconds: copies.map((one) => one.cpu.postgres),
      },
      ratio: seconds / bare,
      goals: [
        atMost('export / COPY', 4, seconds / bare),
        atMost('MB more for ten times the rows', FLAT_MB, wholeMb - smallMb),
      ],
      details: { rounds, ...(await database(client)) },
    };
  },
};
