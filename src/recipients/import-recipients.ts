import { type CsvRecord, csvRecords } from '../platform/csv/csv-records.js';
import { utf8Chunks } from '../platform/csv/csv-text.js';
import { DomainError } from '../rules/errors/domain-error.js';
import { type AddResult, AddTally, type InsertedCounts, type InvalidRecipient, shown } from './add-result.js';
import { type Mapping, readColumns, readRow, type RecipientColumns } from './recipient-columns.js';
import type { CheckedRecipient } from './recipient-input.js';

/** A batch: large enough for a statement to be worth its round trip, small enough for its parameters. */
export const ROWS_AT_ONCE = 10_000;
/** Longest time between two visible updates of the progress, while the file arrives slowly. */
const SHOWN_EVERY_MS = 3_000;

/** A file as it arrives, with the `charset` its sender declares. */
export interface RecipientFile {
  stream: AsyncIterable<Buffer>;
  charset?: string | null;
}

export interface FileReading {
  defaultCountry?: string | undefined;
  /** What single columns mean; see `readColumns`. */
  mapping?: Mapping;
}

export interface RejectedRow extends InvalidRecipient {
  line: number;
}

/** Rows of a file that are stored together. */
export interface RecipientBatch {
  rows: readonly CheckedRecipient[];
  rejected: readonly RejectedRow[];
  /** Rows rejected before this batch. */
  rejectedBefore: number;
}

/** Stores one batch in a transaction of its own. */
export type StoreBatch = (batch: RecipientBatch) => Promise<InsertedCounts>;

/**
 * Reads recipients from a file of any length and stores them in batches; at most two batches are in memory. A file
 * that breaks off, or a batch that cannot be stored, leaves the earlier batches in place, and the same file again adds
 * the rest.
 */
export async function importRecipients(
  file: RecipientFile,
  reading: FileReading,
  store: StoreBatch,
): Promise<AddResult> {
  const tally = new AddTally();
  const add = async (batch: RecipientBatch): Promise<void> => {
    for (const row of batch.rejected) tally.reject(row);
    tally.count(batch.rows.length, await store(batch));
  };
  // The next batch is read while the database stores this one.
  let storing: Promise<void> = Promise.resolve();
  try {
    for await (const batch of batches(file, reading)) {
      await storing;
      storing = add(batch);
      // Awaited with the next batch, or below; until then a failure must not count as unhandled.
      storing.catch(() => undefined);
    }
  } finally {
    await storing;
  }
  return tally.result();
}

async function* batches(file: RecipientFile, reading: FileReading): AsyncGenerator<RecipientBatch> {
  const { defaultCountry } = reading;
  let columns: RecipientColumns | undefined;
  let rows: CheckedRecipient[] = [];
  let rejected: RejectedRow[] = [];
  let rejectedBefore = 0;
  let shownAt = performance.now();
  const next = (): RecipientBatch => {
    const batch = { rows, rejected, rejectedBefore };
    rejectedBefore += rejected.length;
    rows = [];
    rejected = [];
    return batch;
  };
  for await (const records of csvRecords(utf8Chunks(file.stream, file.charset ?? null))) {
    for (const record of records) {
      if (columns === undefined) {
        if (namesSeparator(record)) continue;
        const { hasHeader, ...read } = columnsOf(record, reading);
        columns = read.columns;
        if (hasHeader) continue;
      }
      const check = readRow(record.cells, columns, defaultCountry);
      if (check.ok) rows.push(check);
      else {
        const input = record.cells[columns.phone] ?? '';
        rejected.push({ input: shown(input), reason: check.reason, line: record.line });
      }
      if (rows.length + rejected.length === ROWS_AT_ONCE) {
        yield next();
        shownAt = performance.now();
      }
    }
    const isLate = performance.now() - shownAt > SHOWN_EVERY_MS;
    if (isLate && rows.length + rejected.length > 0) {
      yield next();
      shownAt = performance.now();
    }
  }
  if (columns === undefined) throw new DomainError('invalid', 'csv_empty', 'The file is empty.');
  if (rows.length + rejected.length > 0) yield next();
}

/** Excel's separator line, such as `sep=;`. */
export function namesSeparator({ line, cells: [first = ''] }: CsvRecord): boolean {
  return line === 1 && /^sep=.?$/i.test(first);
}

function columnsOf(
  { cells }: CsvRecord,
  { defaultCountry, mapping }: FileReading,
): { columns: RecipientColumns; hasHeader: boolean } {
  const read = readColumns(cells, defaultCountry, mapping);
  if (!read.ok) throw new DomainError('invalid', 'csv_header', read.reason);
  return read;
}
