import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import type { Api } from './api.ts';

// Coprime with 10^8: every row has a different number, in no order, as customers' numbers are.
const STEP = 61_803_399;
const NUMBERS = 100_000_000;
const ROWS_AT_ONCE = 1_000;

/** A file as a shop would upload it: number, name and two values for the template. */
export async function writeCsv(path: string, rows: number): Promise<void> {
  await pipeline(Readable.from(csv(rows)), createWriteStream(path));
}

function* csv(rows: number): Generator<string> {
  yield 'phone_number,name,1,2\n';
  for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
    let lines = '';
    for (let i = from; i < Math.min(from + ROWS_AT_ONCE, rows); i += 1) {
      const number = String((i * STEP) % NUMBERS).padStart(8, '0');
      lines += `+9198${number},Customer ${i},Bali Premium Package,"₹45,${String(i % 1000).padStart(3, '0')}"\n`;
    }
    yield lines;
  }
}

/** The same people straight into a table, for benchmarks that start where an import ends. */
export async function fill(
  client: pg.ClientBase,
  table: string,
  campaignId: string,
  rows: number,
): Promise<void> {
  await client.query(
    `INSERT INTO ${table} (campaign_id, phone_number, name, variables, created_at, updated_at)
     SELECT $1, '+9198' || lpad((i * ${STEP} % ${NUMBERS})::text, 8, '0'), 'Customer ' || i,
            jsonb_build_object('1', 'Bali Premium Package', '2', '₹45,' || lpad((i % 1000)::text, 3, '0')),
            now(), now()
       FROM generate_series(0, $2::bigint - 1) AS i`,
    [campaignId, rows],
  );
}

/** On the WhatsApp API, as fast as everything allows unless `more` says otherwise. */
export async function createCampaign(api: Api, more: object = {}): Promise<string> {
  const { id } = await api.post<{ id: string }>('/api/whatsapp/campaigns', {
    name: 'Benchmark',
    templateName: 'tour_package_marketing',
    rateLimit: null,
    dailySendLimit: null,
    sendWindowStart: null,
    sendWindowEnd: null,
    ...more,
  });
  return id;
}
