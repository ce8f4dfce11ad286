import { DomainError } from '../../rules/errors/domain-error.js';
import { type CsvRecord, csvRecords } from './csv-records.js';
import { utf8Chunks } from './csv-text.js';

/** The complete records at the beginning of a file. */
export interface FileStart {
  records: CsvRecord[];
  /** How many bytes they were found in. */
  bytes: number;
  /** The file has no more. */
  isWhole: boolean;
}

/** What an end in the middle of a row or a character looks like. */
const CUT_SHORT = new Set(['csv_quote_not_closed', 'csv_row_too_long', 'invalid_charset']);

/**
 * Reads at most `maxBytes`. `size` is that of the whole file, if the caller sends only its beginning. Where the file
 * goes on, its last row is dropped: nobody knows where it ends.
 */
export async function readStart(
  file: { stream: AsyncIterable<Buffer>; charset: string | null },
  { maxBytes, size }: { maxBytes: number; size?: number | undefined },
): Promise<FileStart> {
  const records: CsvRecord[] = [];
  const read: Read = { bytes: 0, hasMore: false, isAtEnd: false };
  try {
    const chunks = utf8Chunks(beginning(file.stream, read, { maxBytes, size }), file.charset);
    for await (const found of csvRecords(chunks)) records.push(...found);
  } catch (error) {
    const isCut = read.isAtEnd && read.hasMore && error instanceof DomainError && CUT_SHORT.has(error.code);
    if (!isCut) throw error;
    // The row that was cut is not among the records: it could not be read.
    return { records, bytes: read.bytes, isWhole: false };
  }
  const { bytes, hasMore } = read;
  return { records: hasMore ? records.slice(0, -1) : records, bytes, isWhole: !hasMore };
}

/** How far reading has come. */
interface Read {
  bytes: number;
  hasMore: boolean;
  isAtEnd: boolean;
}

async function* beginning(
  stream: AsyncIterable<Buffer>,
  read: Read,
  { maxBytes, size }: { maxBytes: number; size?: number | undefined },
): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    const taken = chunk.subarray(0, maxBytes - read.bytes);
    read.hasMore = taken.length < chunk.length;
    read.bytes += taken.length;
    if (taken.length > 0) yield taken;
    if (read.hasMore) break;
  }
  read.hasMore ||= size !== undefined && size > read.bytes;
  read.isAtEnd = true;
}
