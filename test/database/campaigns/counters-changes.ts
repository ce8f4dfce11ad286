import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { DataSource } from 'typeorm';
import { RECIPIENT_STATES } from '../../../src/recipients/recipient-state.js';
import { START } from './counters-campaigns.js';

// Every way raw SQL may change recipients: several rows of several campaigns at a time.

export const DAYS = ['2025-01-14', '2025-01-15', '2025-01-16'] as const;
const PHONES = 16;

const instant = fc
  .integer({ min: -60 * 12, max: 60 * 36 })
  .map((minutes) => new Date(START.getTime() + minutes * 60_000).toISOString());
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 2 });

const fields = {
  status: fc.constantFrom(...RECIPIENT_STATES),
  scheduled_send_date: maybe(fc.constantFrom(...DAYS)),
  sent_at: maybe(instant),
  delivered_at: maybe(instant),
  read_at: maybe(instant),
  responded_at: maybe(instant),
  clicked_at: maybe(instant),
  failed_at: maybe(instant),
  error_code: maybe(fc.constantFrom(131026, 131049, 131050)),
  updated_at: instant,
};
type Field = keyof typeof fields;
const COLUMNS = Object.keys(fields) as Field[];
const values = fc.record(fields);
type Values = Partial<Record<Field, string | number | null>>;

interface NewRow {
  campaign: number;
  phone: number;
  values: Values;
}
export type Change =
  | { how: 'insert' | 'upsert' | 'copy'; rows: NewRow[] }
  | { how: 'update'; phones: number[]; values: Values }
  | { how: 'move'; phones: number[]; to: number }
  | { how: 'delete'; phones: number[] }
  | { how: 'merge'; phones: number[]; values: Values };

const phone = fc.nat({ max: PHONES - 1 });
const phones = fc.uniqueArray(phone, { minLength: 1, maxLength: 8 });
const some = fc.record(fields, { requiredKeys: [] });

/** `campaigns`: the number to choose from. */
export function anyChange(campaigns: number): fc.Arbitrary<Change> {
  const campaign = fc.nat({ max: campaigns - 1 });
  const rows = fc.uniqueArray(fc.record({ campaign, phone, values }), {
    minLength: 1,
    maxLength: 12,
    selector: (row) => `${row.campaign} ${row.phone}`,
  });
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ how: fc.constantFrom('insert', 'upsert', 'copy'), rows }) },
    { weight: 6, arbitrary: fc.record({ how: fc.constant('update' as const), phones, values: some }) },
    { weight: 1, arbitrary: fc.record({ how: fc.constant('move' as const), phones, to: campaign }) },
    { weight: 2, arbitrary: fc.record({ how: fc.constant('delete' as const), phones }) },
    { weight: 1, arbitrary: fc.record({ how: fc.constant('merge' as const), phones, values: some }) },
  );
}

const numberOf = (n: number) => `+1469465${String(n).padStart(4, '0')}`;
const quoted = (value: string | number | null | undefined) =>
  value === null || value === undefined ? 'NULL' : `'${value}'`;
const assignments = (changed: Values) =>
  [
    'retry_count = retry_count',
    ...Object.entries(changed).map(([name, value]) => `${name} = ${quoted(value)}`),
  ].join();

export async function apply(db: DataSource, campaigns: readonly string[], change: Change): Promise<void> {
  const of = (index: number) => campaigns[index % campaigns.length] ?? '';
  const those = `campaign_id IN (${campaigns.map(quoted).join()})`;
  const chosen =
    'phones' in change ? `phone_number IN (${change.phones.map(numberOf).map(quoted).join()})` : '';
  switch (change.how) {
    case 'insert':
    case 'upsert': {
      const tuples = change.rows.map(
        (row) =>
          `(${[of(row.campaign), numberOf(row.phone), START.toISOString(), ...COLUMNS.map((c) => row.values[c])].map(quoted).join()})`,
      );
      const clash =
        change.how === 'insert'
          ? 'DO NOTHING'
          : `(campaign_id, phone_number) DO UPDATE SET ${COLUMNS.map((c) => `${c} = excluded.${c}`).join()}`;
      await db.query(
        `INSERT INTO campaign_recipients (campaign_id, phone_number, created_at, ${COLUMNS.join()})
         VALUES ${tuples.join()} ON CONFLICT ${clash}`,
      );
      return;
    }
    case 'copy': {
      const taken = await db.query<{ key: string }[]>(
        `SELECT campaign_id || phone_number AS key FROM campaign_recipients WHERE ${those}`,
      );
      const keys = new Set(taken.map(({ key }) => key));
      await copy(
        db,
        change.rows
          .filter((row) => !keys.has(of(row.campaign) + numberOf(row.phone)))
          .map((row) => [
            of(row.campaign),
            numberOf(row.phone),
            START.toISOString(),
            ...COLUMNS.map((c) => row.values[c]),
          ]),
      );
      return;
    }
    case 'update':
      await db.query(
        `UPDATE campaign_recipients SET ${assignments(change.values)} WHERE ${those} AND ${chosen}`,
      );
      return;
    case 'move': {
      const to = quoted(of(change.to));
      await db.query(
        `UPDATE campaign_recipients r SET campaign_id = ${to} WHERE ${those} AND ${chosen}
            AND id IN (SELECT DISTINCT ON (phone_number) id FROM campaign_recipients WHERE ${those})
            AND NOT EXISTS (SELECT 1 FROM campaign_recipients o
                             WHERE o.campaign_id = ${to} AND o.phone_number = r.phone_number)`,
      );
      return;
    }
    case 'delete':
      await db.query(`DELETE FROM campaign_recipients WHERE ${those} AND ${chosen}`);
      return;
    case 'merge':
      await db.query(
        `MERGE INTO campaign_recipients r USING (SELECT ${quoted(of(0))}::uuid AS id) c
            ON r.campaign_id = c.id AND ${chosen}
          WHEN MATCHED AND r.status = 'pending' THEN DELETE
          WHEN MATCHED THEN UPDATE SET ${assignments(change.values)}`,
      );
  }
}

async function copy(db: DataSource, lines: (string | number | null | undefined)[][]): Promise<void> {
  const runner = db.createQueryRunner();
  try {
    const client = (await runner.connect()) as pg.PoolClient;
    const target = client.query(
      copyFrom(
        `COPY campaign_recipients (campaign_id, phone_number, created_at, ${COLUMNS.join()}) FROM STDIN`,
      ),
    );
    await pipeline(Readable.from(lines.map((line) => line.map((v) => v ?? '\\N').join('\t') + '\n')), target);
  } finally {
    await runner.release();
  }
}
