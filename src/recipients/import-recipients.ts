import { type CsvRecord, csvRecords } from '../platform/csv/csv-records.js';
import { utf8Chunks } from '../platform/csv/csv-text.js';
import { DomainError } from '../rules/errors/domain-error.js';
import { type AddResult, AddTally, type InsertedCounts } from './add-result.js';
import { readColumns, readRow, type RecipientColumns } from './recipient-columns.js';
import type { CheckedRecipient } from './recipient-input.js';

/** A batch: large enough for a statement to be worth its round trip, small enough for its parameters. */
export const ROWS_AT_ONCE = 10_000;

/** A file as it arrives, with the `charset` its sender declares. */
export interface RecipientFile {
  stream: AsyncIterable<Buffer>;
  charset?: string | null;
}

/** Stores one batch in a transaction of its own. */
export type StoreBatch = (rows: readonly CheckedRecipient[]) => Promise<InsertedCounts>;

/**
 * Reads recipients from a file of any length and stores them in batches; at most two batches are in memory. A file
 * that breaks off, or a batch that cannot be stored, leaves the earlier batches in place, and the same file again adds
 * the rest.
 */
export async function importRecipients(
  file: RecipientFile,
  defaultCountry: string | undefined,
  store: StoreBatch,
): Promise<AddResult> {
  const tally = new AddTally();
  const add = async (rows: readonly CheckedRecipient[]): Promise<void> => {
    tally.count(rows.length, await store(rows));
  };
  // The next batch is read while the database stores this one.
  let storing: Promise<void> = Promise.resolve();
  try {
    for await (const rows of batches(file, defaultCountry, tally)) {
      await storing;
      storing = add(rows);
      // Awaited with the next batch, or below; until then a failure must not count as unhandled.
      storing.catch(() => undefined);
    }
  } finally {
    await storing;
  }
  return tally.result();
}

async function* batches(
  file: RecipientFile,
  defaultCountry: string | undefined,
  tally: AddTally,
): AsyncGenerator<CheckedRecipient[]> {
  let columns: RecipientColumns | undefined;
  let rows: CheckedRecipient[] = [];
  for await (const records of csvRecords(utf8Chunks(file.stream, file.charset ?? null))) {
    for (const record of records) {
      if (columns === undefined) {
        if (namesSeparator(record)) continue;
        const { hasHeader, ...read } = columnsOf(record, defaultCountry);
        columns = read.columns;
        if (hasHeader) continue;
      }
      const check = readRow(record.cells, columns, defaultCountry);
      if (check.ok) rows.push(check);
      else {
        const input = record.cells[columns.phone] ?? '';
        tally.reject({ input, reason: check.reason, line: record.line });
      }
      if (rows.length === ROWS_AT_ONCE) {
        yield rows;
        rows = [];
      }
    }
  }
  if (columns === undefined) throw new DomainError('invalid', 'csv_empty', 'The file is empty.');
  if (rows.length > 0) yield rows;
}

/** Excel's separator line, such as `sep=;`. */
function namesSeparator({ line, cells: [first = ''] }: CsvRecord): boolean {
  return line === 1 && /^sep=.?$/i.test(first);
}

function columnsOf(
  { cells }: CsvRecord,
  defaultCountry: string | undefined,
): { columns: RecipientColumns; hasHeader: boolean } {
  const read = readColumns(cells, defaultCountry);
  if (!read.ok) throw new DomainError('invalid', 'csv_header', read.reason);
  return read;
}
