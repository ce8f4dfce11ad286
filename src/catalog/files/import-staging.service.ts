import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { QueryRunner } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { type CsvRecord, csvRecords } from '../../platform/csv/csv-records.js';
import { utf8Chunks } from '../../platform/csv/csv-text.js';
import type { Upload } from '../../platform/http/upload.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type CsvHeader, readHeader } from './csv-columns.js';
import type { ImportRun } from './import-run.js';
import * as queries from './product-import.queries.js';
import { readRow } from './product-row.js';
import { stagedLine } from './staged-product.js';

/** Enough rows to make a COPY worthwhile. The byte limit keeps a file of huge rows from filling the memory. */
const MAX_ROWS = 2_000;
const MAX_BYTES = 4 * 1024 * 1024;
/** A file with this many rows at its start and not a good one among them is some other file. */
const BAD_START_ROWS = 10_000;
/** Longest time between two visible updates of the progress. */
const SHOWN_EVERY_MS = 700;

/** The first pass: reads a file while it arrives, reports rows that cannot be read, and stages the others. */
@Injectable()
export class ImportStaging {
  constructor(private readonly clock: Clock) {}

  /** Returns the header once it is read, also if the file breaks off later: then `failure` says how. */
  async stage(
    runner: QueryRunner,
    run: ImportRun,
    upload: Upload,
    currency: string,
  ): Promise<{ header: CsvHeader; failure: Error | undefined }> {
    await queries.createStaging(runner.manager);
    const chunk = new Chunk(runner, run, this.clock);
    let header: CsvHeader | undefined;
    let failure: Error | undefined;
    try {
      for await (const records of csvRecords(utf8Chunks(upload.stream, upload.charset))) {
        for (const record of records) {
          if (header === undefined) {
            header = headerOf(record);
            await chunk.warn(header);
            continue;
          }
          take(chunk, run, record, header, currency);
          if (chunk.isFull) await chunk.flush();
        }
        await chunk.flushIfOld();
      }
    } catch (error) {
      // Complete rows before the point where the file breaks off count.
      if (header === undefined || chunk.isBroken) throw error;
      failure = error as Error;
    }
    if (header === undefined) throw new DomainError('invalid', 'csv_empty', 'The file is empty.');
    await chunk.flush();
    await chunk.settle();
    return { header, failure };
  }
}

function headerOf({ cells }: CsvRecord): CsvHeader {
  const read = readHeader(cells);
  if (!read.ok) throw new DomainError('invalid', 'csv_header', read.reason);
  return read.header;
}

function take(
  chunk: Chunk,
  run: ImportRun,
  { line, cells }: CsvRecord,
  header: CsvHeader,
  currency: string,
): void {
  run.counts.rowsRead++;
  const reading = readRow(cells, header, currency);
  if (reading.ok) {
    const { row } = reading;
    chunk.add(stagedLine(line, row.sku, row));
    return;
  }
  const { sku, errors } = reading;
  const problems = errors.map(({ column, message }) => ({
    field: column === null ? '' : (header.names[column] ?? ''),
    message,
  }));
  run.fail(line, sku, problems);
  if (sku !== null) chunk.add(stagedLine(line, sku, null));
  const { rowsRead, rowsFailed } = run.counts;
  if (rowsRead === BAD_START_ROWS && rowsFailed === rowsRead) {
    const detail = `None of the first ${rowsRead} rows could be read. Their errors say why.`;
    throw new DomainError('invalid', 'csv_rows_bad', detail);
  }
}

/** Lines on their way into the staging table. One chunk is read while the one before it is copied. */
class Chunk {
  /** Set when a copy has failed: what is staged is not what was read. */
  isBroken = false;
  private lines: string[] = [];
  private bytes = 0;
  private copying: Promise<void> = Promise.resolve();
  private shownAt = performance.now();

  constructor(
    private readonly runner: QueryRunner,
    private readonly run: ImportRun,
    private readonly clock: Clock,
  ) {}

  get isFull(): boolean {
    return this.lines.length >= MAX_ROWS || this.bytes >= MAX_BYTES;
  }

  add(line: string): void {
    this.lines.push(line);
    this.bytes += line.length;
  }

  async warn({ unknown }: CsvHeader): Promise<void> {
    if (unknown.length === 0) return;
    const warnings = unknown.map((name) => `The column "${name}" is not known and is ignored.`);
    const { organizationId } = this.run.place;
    await queries.noteWarnings(this.runner.manager, organizationId, this.run.id, warnings);
  }

  async flushIfOld(): Promise<void> {
    if (performance.now() - this.shownAt > SHOWN_EVERY_MS) await this.flush();
  }

  async flush(): Promise<void> {
    await this.settle();
    const { lines } = this;
    this.lines = [];
    this.bytes = 0;
    this.copying = this.copy(lines);
    // The next call gets the error. Without this handler an unhandled rejection would end the process until then.
    this.copying.catch(() => (this.isBroken = true));
  }

  async settle(): Promise<void> {
    await this.copying;
  }

  private async copy(lines: readonly string[]): Promise<void> {
    const { runner, run } = this;
    const errors = run.takeErrors();
    const counts = { ...run.counts };
    if (lines.length > 0) {
      const client = (await runner.connect()) as Client;
      await pipeline(Readable.from([`${lines.join('\n')}\n`]), client.query(copyFrom(queries.COPY_STAGED)));
    }
    if (errors.length > 0) await queries.insertErrors(runner.manager, run.id, errors);
    if (performance.now() - this.shownAt <= SHOWN_EVERY_MS && errors.length === 0) return;
    this.shownAt = performance.now();
    await queries.noteProgress(runner.manager, run.place.organizationId, run.id, counts, this.clock.now());
  }
}
