import { Injectable } from '@nestjs/common';
import type { EntityManager, QueryRunner } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Upload } from '../../platform/http/upload.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { outsideRequest } from '../../platform/request-context.js';
import { importExists } from '../../rules/errors/import-exists.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { Catalogs } from '../catalogs/catalogs.service.js';
import { ImportApplication } from './import-application.service.js';
import { ProductImportEnd } from './import-end.service.js';
import { type ImportOptions, ImportRun } from './import-run.js';
import { ImportStaging } from './import-staging.service.js';
import * as queries from './product-import.queries.js';

/** Each import holds a connection of the pool while it runs. */
const AT_ONCE = 4;
/** So that one organization with slow uploads does not keep the others from importing. */
const AT_ONCE_EACH = 2;
/** Of a catalog. */
const KEPT_IMPORTS = 500;

/**
 * Imports a file of any length in two passes. While it arrives, its rows are read and staged in the database; then they
 * are applied. Only so can a variant stand before its product, and the last of two rows with the same SKU count alone:
 * applied one after the other, they would change the product back and forth with every import.
 */
@Injectable()
export class ProductImporter {
  /** The organization of each running import. */
  private readonly running: string[] = [];

  constructor(
    private readonly database: Database,
    private readonly catalogs: Catalogs,
    private readonly staging: ImportStaging,
    private readonly application: ImportApplication,
    private readonly end: ProductImportEnd,
    private readonly clock: Clock,
  ) {}

  async run(
    place: { organizationId: string; catalogId: string; keyId: string | null; importId: string | undefined },
    upload: Upload,
    options: ImportOptions,
  ): Promise<string> {
    const { currency } = await this.catalogs.get(place.organizationId, place.catalogId);
    this.admit(place.organizationId);
    // Its own connection: the staging table and the lock that shows the import is alive belong to a connection.
    const runner = this.database.dataSource.createQueryRunner();
    try {
      await runner.connect();
      const run = new ImportRun(place, place.importId ?? uuidV7(), options);
      await this.runOn(runner, run, upload, currency);
      return run.id;
    } finally {
      this.running.splice(this.running.indexOf(place.organizationId), 1);
      await runner.release();
    }
  }

  private admit(organizationId: string): void {
    const own = this.running.filter((id) => id === organizationId).length;
    if (own >= AT_ONCE_EACH || this.running.length >= AT_ONCE) {
      const who = own >= AT_ONCE_EACH ? `${own} imports of your organization` : `${AT_ONCE} imports`;
      const detail = `${who} are already running. Retry when one of them has finished.`;
      throw new DomainError('rate', 'imports_busy', detail, { retryAfterSeconds: 30 });
    }
    this.running.push(organizationId);
  }

  private async runOn(runner: QueryRunner, run: ImportRun, upload: Upload, currency: string): Promise<void> {
    const { organizationId, catalogId } = run.place;
    const { manager } = runner;
    await this.begin(manager, run);
    try {
      await queries.forgetOldImports(manager, organizationId, catalogId, KEPT_IMPORTS);
      const { header, failure } = await this.staging.stage(runner, run, upload, currency);
      await this.application.apply(runner, run, header);
      await queries.noteProgress(manager, organizationId, run.id, run.counts, this.clock.now());
      if (failure !== undefined) throw failure;
      // In the transaction that an idempotency key is tied to: only a finished import counts as carried out.
      await this.database.transaction((tx) =>
        this.end.note(tx, run.place, run.id, {
          status: 'completed',
          reason: null,
          now: this.clock.now(),
        }),
      );
    } catch (error) {
      throw await this.failed(run, error);
    } finally {
      // A broken connection has already dropped both.
      await queries.dropStaging(manager).catch(() => undefined);
      await queries.releaseImport(manager, run.id).catch(() => undefined);
    }
  }

  /** An import that still runs holds its lock; one that has ended still has its row. */
  private async begin(manager: EntityManager, { id, place, options }: ImportRun): Promise<void> {
    const { organizationId, catalogId } = place;
    const isFree = await queries.holdImport(manager, id);
    let isNew = false;
    try {
      const row = { id, organizationId, catalogId, ...options };
      isNew = isFree && (await queries.insertImport(manager, row, this.clock.now()));
    } finally {
      if (isFree && !isNew) await queries.releaseImport(manager, id).catch(() => undefined);
    }
    if (!isNew) throw importExists(id, (await queries.findImport(manager, place, id))?.status);
  }

  /** Records the outcome and returns the error to report to the caller. */
  private async failed({ id, place, counts }: ImportRun, error: unknown): Promise<unknown> {
    const isKnown = error instanceof DomainError;
    const reason = isKnown ? error.message : 'Something went wrong on our side.';
    const isAborted = isKnown && error.code === 'upload_aborted';
    const end = {
      status: isAborted ? ('interrupted' as const) : ('failed' as const),
      reason,
      now: this.clock.now(),
    };
    // Not in a transaction of the request: an import that failed must not use up its idempotency key.
    const noted = outsideRequest(() => this.database.transaction((tx) => this.end.note(tx, place, id, end)));
    // If even this fails, the next reader finds the import abandoned.
    await noted.catch(() => undefined);
    if (!isKnown) return error;
    const isPartial = counts.rowsRead > counts.rowsFailed;
    const detail = `${reason} ${isPartial ? 'Rows before that point were imported; see' : 'See'} import ${id}.`;
    return new DomainError(error.kind, error.code, detail, error.extra);
  }
}
