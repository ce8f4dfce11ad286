import { Injectable } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { OrganizationSettingsService } from '../../access/organizations/organization-settings.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { Upload } from '../../platform/http/upload.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { type CsvRecord, csvRecords } from '../../platform/csv/csv-records.js';
import { utf8Chunks } from '../../platform/csv/csv-text.js';
import { readHeader } from './csv-header.js';
import * as queries from './customer-import.queries.js';
import { readRow, type RowReading } from './customer-row.js';
import type { Actor } from '../people/customers.service.js';
import { ImportBatch } from './import-batch.js';
import { ImportMerge, type ImportRun } from './import-merge.service.js';

/** Each holds a connection of the pool for as long as it runs. */
const AT_ONCE = 4;
/** Somebody who watches wants to see it move. */
const SHOWN_EVERY_MS = 700;

export interface ImportOptions {
  mapping: Record<string, string>;
  areValuesTyped: boolean;
  areTagsAdded: boolean;
  fileName: string | null;
}

/**
 * Brings a file of any length into the customers while it arrives: one batch is read while the one before it is
 * merged, and nothing more is held in memory. Every batch is a transaction of its own, so what was merged before a
 * file broke off stays, and the same file again finds it unchanged.
 */
@Injectable()
export class CustomerImportService {
  private running = 0;

  constructor(
    private readonly database: Database,
    private readonly importMerge: ImportMerge,
    private readonly settings: OrganizationSettingsService,
    private readonly clock: Clock,
  ) {}

  async run(actor: Actor, upload: Upload, options: ImportOptions): Promise<string> {
    if (this.running >= AT_ONCE) {
      const detail = `${AT_ONCE} imports are running already. Try again when one of them is done.`;
      throw new DomainError('unavailable', 'imports_busy', detail, { retryAfterSeconds: 30 });
    }
    this.running++;
    // Its own connection: the staging table and the lock that shows it alive belong to one.
    const runner = this.database.dataSource.createQueryRunner();
    try {
      await runner.connect();
      return await this.runOn(runner, actor, upload, options);
    } finally {
      this.running--;
      await runner.release();
    }
  }

  private async runOn(
    runner: QueryRunner,
    { organizationId, keyId }: Actor,
    upload: Upload,
    options: ImportOptions,
  ): Promise<string> {
    const id = uuidV7();
    const startedAt = this.clock.now();
    const { defaultCountry } = await this.settings.get(organizationId, runner.manager);
    const reading = {
      defaultCountry: defaultCountry ?? undefined,
      areValuesTyped: options.areValuesTyped,
      now: startedAt,
    };
    const { areTagsAdded, fileName } = options;
    const run: ImportRun = { organizationId, keyId, importId: id, areTagsAdded, startedAt };
    await queries.holdImport(runner.manager, id);
    try {
      await queries.insertImport(runner.manager, organizationId, { id, fileName, now: startedAt });
      await queries.createStaging(runner.manager);
      await this.readAll(runner, run, upload, reading, options.mapping);
      // Through the transaction that an idempotency key is tied to: only a finished import was carried out.
      await this.database.transaction((tx) =>
        queries.finishImport(tx, organizationId, id, {
          status: 'completed',
          reason: null,
          now: this.clock.now(),
        }),
      );
      return id;
    } catch (error) {
      throw await this.failed(organizationId, id, error);
    } finally {
      // A connection that is broken has dropped both by itself.
      await queries.dropStaging(runner.manager).catch(() => undefined);
      await queries.letImportGo(runner.manager, id).catch(() => undefined);
    }
  }

  private async readAll(
    runner: QueryRunner,
    run: ImportRun,
    upload: Upload,
    reading: Omit<RowReading, 'columns'>,
    mapping: Record<string, string>,
  ): Promise<void> {
    let counts = { rowsRead: 0, rowsCreated: 0, rowsUpdated: 0, rowsUnchanged: 0, rowsFailed: 0 };
    let merging: Promise<void> = Promise.resolve();
    let batch = new ImportBatch(run.areTagsAdded);
    let shownAt = performance.now();
    const mergeBatch = async (): Promise<void> => {
      await merging;
      const full = batch;
      batch = new ImportBatch(run.areTagsAdded);
      shownAt = performance.now();
      merging = this.importMerge.merge(runner, run, full, counts).then((after) => {
        counts = after;
      });
      // Whoever awaits it next gets the error; until then nobody listens, which would end the process.
      merging.catch(() => undefined);
    };
    const finish = async (): Promise<void> => {
      if (!batch.isEmpty) await mergeBatch();
      await merging;
    };
    let header: Header | undefined;
    try {
      for await (const records of csvRecords(utf8Chunks(upload.stream, upload.charset))) {
        for (const record of records) {
          if (header === undefined) {
            header = headerOf(record, mapping);
            continue;
          }
          addTo(batch, record, header, reading);
          if (batch.isFull) await mergeBatch();
        }
        if (!batch.isEmpty && performance.now() - shownAt > SHOWN_EVERY_MS) await mergeBatch();
      }
    } catch (error) {
      // What is whole before the place where the file breaks off counts.
      await finish();
      throw error;
    }
    await finish();
    if (header === undefined) throw new DomainError('invalid', 'csv_empty', 'The file is empty.');
  }

  /** Writes down how it ended and gives the error that the caller is told. */
  private async failed(organizationId: string, id: string, error: unknown): Promise<unknown> {
    const isKnown = error instanceof DomainError;
    const reason = isKnown ? error.message : 'Something went wrong on our side.';
    const isAborted = isKnown && error.code === 'upload_aborted';
    // If even this fails the import is found abandoned by whoever looks at it next.
    await queries
      .finishImport(this.database.manager, organizationId, id, {
        status: isAborted ? 'interrupted' : 'failed',
        reason,
        now: this.clock.now(),
      })
      .catch(() => undefined);
    if (!isKnown) return error;
    const detail = `${reason} What came before that place is in; see import ${id}.`;
    return new DomainError(error.kind, error.code, detail, error.extra);
  }
}

interface Header {
  names: readonly string[];
  columns: RowReading['columns'];
}

function headerOf({ cells }: CsvRecord, mapping: Record<string, string>): Header {
  const header = readHeader(cells, mapping);
  if (!header.ok) throw new DomainError('invalid', 'csv_header', header.reason);
  return { names: cells.map((name) => name.trim().slice(0, 100)), columns: header.columns };
}

function addTo(
  batch: ImportBatch,
  { line, cells }: CsvRecord,
  { names, columns }: Header,
  reading: Omit<RowReading, 'columns'>,
): void {
  const row = readRow(cells, { ...reading, columns });
  if (!Array.isArray(row)) {
    batch.add(line, row, uuidV7);
    return;
  }
  batch.fail(
    line,
    row.map(({ column, message }) => ({ field: column === null ? '' : (names[column] ?? ''), message })),
  );
}
