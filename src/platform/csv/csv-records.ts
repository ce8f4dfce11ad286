import { CsvError, parse } from 'csv-parse';
import { DomainError } from '../../rules/errors/domain-error.js';

export const MAX_RECORD_BYTES = 1024 * 1024;
const DELIMITERS = [',', ';', '\t', '|'] as const;

export interface CsvRecord {
  /** Where it begins, counted from 1 as editors do. */
  line: number;
  cells: string[];
}

/**
 * The records of a CSV text in portions, as they arrive, the header first. The delimiter is the one that the header
 * uses most. A damaged record is returned as well as it can be read. Reading ends only when the start of the next
 * record cannot be found. Empty lines are skipped, but counted.
 */
export async function* csvRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<CsvRecord[]> {
  let line = 1;
  let found: CsvRecord[] = [];
  const note = (cells: string[]): null => {
    if (cells.length > 1 || cells[0] !== '') found.push({ line, cells });
    line += 1 + lineBreaksIn(cells);
    // Nothing goes into the parser's own queue: an error would discard the records found before it.
    return null;
  };
  let write: ((chunk: Buffer | null) => Promise<void>) | null = null;
  let head: Buffer = Buffer.alloc(0);
  const take = async function* (chunk: Buffer | null): AsyncGenerator<CsvRecord[]> {
    let failure: unknown;
    await write?.(chunk).catch((error: unknown) => (failure = error));
    const records = found;
    found = [];
    if (records.length > 0) yield records;
    if (failure !== undefined) throw explained(failure, line);
  };
  for await (const chunk of chunks) {
    if (write !== null) {
      yield* take(chunk);
      continue;
    }
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    if (!hasHeader(head)) continue;
    write = parserFor(delimiterOf(head), note);
    yield* take(head);
  }
  if (write === null) {
    write = parserFor(delimiterOf(head), note);
    yield* take(head);
  }
  yield* take(null);
}

function parserFor(
  delimiter: string,
  onRecord: (cells: string[]) => null,
): (chunk: Buffer | null) => Promise<void> {
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // A quote in the middle of a text is a quote, as in 5" pipe.
    relax_quotes: true,
    max_record_size: MAX_RECORD_BYTES,
    on_record: onRecord,
  });
  parser.resume();
  return (chunk) =>
    new Promise((resolve, reject) => {
      parser.once('error', reject);
      const done = (): void => {
        parser.off('error', reject);
        resolve();
      };
      if (chunk === null) {
        parser.once('end', done);
        parser.end();
      } else {
        parser.write(chunk, (error) => {
          if (error === null || error === undefined) done();
        });
      }
    });
}

function explained(error: unknown, line: number): unknown {
  if (!(error instanceof CsvError)) return error;
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    const detail = `The row that begins in line ${line} is longer than 1 MB: a quote that is never closed, or no CSV at all.`;
    return new DomainError('invalid', 'csv_row_too_long', detail);
  }
  const detail = `The row that begins in line ${line} opens a quote that is never closed.`;
  return new DomainError('invalid', 'csv_quote_not_closed', detail);
}

function hasHeader(head: Buffer): boolean {
  return head.length > MAX_RECORD_BYTES || /[^\r\n][\r\n]/.test(head.toString('latin1'));
}

function delimiterOf(head: Buffer): string {
  const [header = ''] = head
    .toString('latin1')
    .replace(/^[\r\n]+/, '')
    .replace(/"[^"]*"/g, '')
    .split(/[\r\n]/, 1);
  const counts = DELIMITERS.map((delimiter) => header.split(delimiter).length - 1);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function lineBreaksIn(cells: readonly string[]): number {
  let breaks = 0;
  for (const cell of cells) {
    if (cell.includes('\n')) breaks += cell.split('\n').length - 1;
  }
  return breaks;
}
