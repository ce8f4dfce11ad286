import { Injectable } from '@nestjs/common';
import type { EntityManager, QueryRunner } from 'typeorm';
import { OrganizationSettingsStore } from '../../access/organizations/organization-settings.service.js';
import { DomainEvents } from '../../events/domain-events.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { Upload } from '../../platform/http/upload.js';
import { invalidFields } from '../../platform/http/validation.js';
import { importExists } from '../../rules/errors/import-exists.js';
import { outsideRequest } from '../../platform/request-context.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { type CsvRecord, csvRecords } from '../../platform/csv/csv-records.js';
import { utf8Chunks } from '../../platform/csv/csv-text.js';
import { CustomerImportDto } from './customer-import.dto.js';
import type { CustomerImport } from './customer-import.entity.js';
import { readHeader } from './csv-header.js';
import * as queries from './customer-import.queries.js';
import { readRow, type RowReading } from './customer-row.js';
import type { Actor } from '../people/customers.service.js';
import { ImportBatch } from './import-batch.js';
import { ImportMerge, type ImportRun, NOTHING_YET } from './import-merge.service.js';

/** Each import holds a connection of the pool while it runs. */
const AT_ONCE = 4;
/** So that one organization with slow uploads does not keep the others from importing. */
const AT_ONCE_EACH = 2;
/** A file with this many rows at its start and not a good one among them is some other file. */
const BAD_START_ROWS = 10_000;
/** Longest time between two visible updates of the progress. */
const SHOWN_EVERY_MS = 700;

/** What the importer says of all people on the list. */
export interface ListConsent {
  source: string;
  at: Date;
  text: string | null;
}

export interface ImportOptions {
  /** Chosen by the caller; otherwise the import gets one. */
  importId: string | undefined;
  defaultCountry: string | undefined;
  consent: ListConsent | null;
  mapping: Record<string, string>;
  areValuesTyped: boolean;
  areTagsAdded: boolean;
  areEventsWritten: boolean;
  fileName: string | null;
}

/**
 * Imports a file of any length while it arrives. One batch is read while the previous one is merged, and nothing more
 * is held in memory. Every batch is its own transaction, so batches merged before a file broke off stay, and importing
 * the same file again finds them unchanged.
 */
@Injectable()
export class CustomerImporter {
  /** The organization of each running import. */
  private readonly running: string[] = [];

  constructor(
    private readonly database: Database,
    private readonly importMerge: ImportMerge,
    private readonly settings: OrganizationSettingsStore,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  async run(actor: Actor, upload: Upload, options: ImportOptions): Promise<string> {
    this.admit(actor.organizationId);
    // Its own connection: the staging table and the lock that shows the import is alive belong to a connection.
    const runner = this.database.dataSource.createQueryRunner();
    try {
      await runner.connect();
      return await this.runOn(runner, actor, upload, options);
    } finally {
      this.running.splice(this.running.indexOf(actor.organizationId), 1);
      await runner.release();
    }
  }

  private admit(organizationId: string): void {
    const own = this.running.filter((id) => id === organizationId).length;
    if (own >= AT_ONCE_EACH || this.running.length >= AT_ONCE) {
      const who = own >= AT_ONCE_EACH ? `${own} imports of your organization` : `${AT_ONCE} imports`;
      const detail = `${who} are already running. Retry when one of them has finished.`;
      throw new DomainError('unavailable', 'imports_busy', detail, { retryAfterSeconds: 30 });
    }
    this.running.push(organizationId);
  }

  private async runOn(
    runner: QueryRunner,
    { organizationId, keyId, userId }: Actor,
    upload: Upload,
    options: ImportOptions,
  ): Promise<string> {
    const { importId: id = uuidV7(), areTagsAdded, fileName, consent } = options;
    const startedAt = this.clock.now();
    if (consent !== null && consent.at > startedAt) throw inFuture('consentAt');
    const { defaultCountry } = await this.settings.get(organizationId, runner.manager);
    const reading = {
      defaultCountry: options.defaultCountry ?? defaultCountry ?? undefined,
      areValuesTyped: options.areValuesTyped,
      now: startedAt,
      listAgreedAt: consent?.at ?? null,
    };
    const actor = { organizationId, keyId, userId };
    const run: ImportRun = {
      ...actor,
      importId: id,
      areTagsAdded,
      areEventsWritten: options.areEventsWritten,
      startedAt,
      consent,
    };
    await this.begin(runner, organizationId, { id, fileName, now: startedAt, consent });
    try {
      await queries.createStaging(runner.manager);
      await this.readAll(runner, run, upload, reading, options.mapping);
      // In the transaction that an idempotency key is tied to: only a finished import counts as carried out.
      const end = { status: 'completed' as const, reason: null, now: this.clock.now() };
      await this.database.transaction((tx) => this.finish(tx, organizationId, id, end));
      return id;
    } catch (error) {
      throw await this.failed(organizationId, id, error);
    } finally {
      // A broken connection has already dropped both.
      await queries.dropStaging(runner.manager).catch(() => undefined);
      await queries.releaseImport(runner.manager, id).catch(() => undefined);
    }
  }

  /** An import that still runs holds its lock; one that has ended still has its row. */
  private async begin(runner: QueryRunner, organizationId: string, row: queries.NewImport): Promise<void> {
    const { manager } = runner;
    const isFree = await queries.holdImport(manager, row.id);
    let isNew = false;
    try {
      isNew = isFree && (await queries.insertImport(manager, organizationId, row));
    } finally {
      if (isFree && !isNew) await queries.releaseImport(manager, row.id).catch(() => undefined);
    }
    if (isNew) return;
    const existing = await queries.findImport(manager, organizationId, row.id);
    throw importExists(row.id, existing?.status);
  }

  private async readAll(
    runner: QueryRunner,
    run: ImportRun,
    upload: Upload,
    reading: Omit<RowReading, 'columns'>,
    mapping: Record<string, string>,
  ): Promise<void> {
    let counts = NOTHING_YET;
    let rowsSeen = 0;
    let hasGoodRow = false;
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
      // The next await gets the error. Without this handler an unhandled rejection would end the process until then.
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
          hasGoodRow = addTo(batch, record, header, reading) || hasGoodRow;
          if (++rowsSeen === BAD_START_ROWS && !hasGoodRow) throw allBad(rowsSeen);
          if (batch.isFull) await mergeBatch();
        }
        if (!batch.isEmpty && performance.now() - shownAt > SHOWN_EVERY_MS) await mergeBatch();
      }
    } catch (error) {
      // Complete rows before the point where the file breaks off count.
      await finish();
      throw error;
    }
    await finish();
    if (header === undefined) throw new DomainError('invalid', 'csv_empty', 'The file is empty.');
  }

  private async finish(
    tx: EntityManager,
    organizationId: string,
    id: string,
    end: { status: CustomerImport['status']; reason: string | null; now: Date },
  ): Promise<void> {
    await queries.finishImport(tx, organizationId, id, end);
    if (!this.events.wanted(organizationId, 'import.finished')) return;
    const row = await queries.findImport(tx, organizationId, id);
    if (row === undefined) return;
    const data = {
      ...Object.fromEntries(Object.entries(CustomerImportDto.of(row))),
      importKind: 'customers',
    };
    const about = { organizationId, customerId: null, objectId: id, occurredAt: end.now };
    await this.events.record(tx, [{ ...about, kind: 'import.finished', data }]);
  }

  /** Records the outcome and returns the error to report to the caller. */
  private async failed(organizationId: string, id: string, error: unknown): Promise<unknown> {
    const isKnown = error instanceof DomainError;
    const reason = isKnown ? error.message : 'Something went wrong on our side.';
    const isAborted = isKnown && error.code === 'upload_aborted';
    // If even this fails, the next reader finds the import abandoned.
    const end = {
      status: isAborted ? ('interrupted' as const) : ('failed' as const),
      reason,
      now: this.clock.now(),
    };
    // Not in a transaction of the request: an import that failed must not use up its idempotency key.
    const noted = outsideRequest(() =>
      this.database.transaction((tx) => this.finish(tx, organizationId, id, end)),
    );
    await noted.catch(() => undefined);
    if (!isKnown) return error;
    const detail = `${reason} Rows before that point were imported; see import ${id}.`;
    return new DomainError(error.kind, error.code, detail, error.extra);
  }
}

function inFuture(field: string): DomainError {
  return invalidFields([{ field, message: 'must not be in the future' }]);
}

function allBad(rows: number): DomainError {
  const detail = `None of the first ${rows} rows could be imported. Their errors say why.`;
  return new DomainError('invalid', 'csv_rows_bad', detail);
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

/** Whether the row is a good one. */
function addTo(
  batch: ImportBatch,
  { line, cells }: CsvRecord,
  { names, columns }: Header,
  reading: Omit<RowReading, 'columns'>,
): boolean {
  const row = readRow(cells, { ...reading, columns });
  if (!Array.isArray(row)) {
    batch.add(line, row, uuidV7);
    return true;
  }
  batch.fail(
    line,
    row.map(({ column, message }) => ({ field: column === null ? '' : (names[column] ?? ''), message })),
  );
  return false;
}
