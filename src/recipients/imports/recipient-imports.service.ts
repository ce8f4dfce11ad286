import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../../events/domain-events.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { csvLines } from '../../platform/csv/csv-lines.js';
import { Database } from '../../platform/database/database.js';
import { fit } from '../../platform/database/storable-text.js';
import { outsideRequest } from '../../platform/request-context.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { importExists } from '../../rules/errors/import-exists.js';
import type { InsertedCounts } from '../add-result.js';
import type { RecipientBatch } from '../import-recipients.js';
import { campaignSize } from '../recipients.queries.js';
import type { RecipientImport } from './recipient-import.entity.js';
import * as queries from './recipient-imports.queries.js';

/** More than anyone corrects by hand: one in ten of a million rows. */
const KEPT_ERRORS = 100_000;
const BEAT_MS = 20_000;
const ERRORS_AT_ONCE = 2_000;
const DIED = 'The process that ran the import has died. Import the same file again to complete it.';

/** A file while it is imported. */
export interface RunningImport {
  id: string;
  place: queries.ImportPlace;
  stop: () => void;
}

/** Files of recipients: each is an object with its progress, from its first byte on. */
@Injectable()
export class RecipientImports {
  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  async begin(
    place: queries.ImportPlace,
    { id, fileName }: { id: string; fileName: string | null },
  ): Promise<RunningImport> {
    const { manager } = this.database;
    if (!(await queries.insertImport(manager, place, { id, fileName, now: this.clock.now() }))) {
      throw importExists(id, (await queries.findImport(manager, place, id))?.status);
    }
    // A file may arrive slowly, or wait for the lock of its campaign. Only silence means that the process is gone.
    const beat = setInterval(() => {
      queries.renewLease(this.database.manager, id).catch(() => undefined);
    }, BEAT_MS).unref();
    return {
      id,
      place,
      stop: () => {
        clearInterval(beat);
      },
    };
  }

  /** In the transaction that stores the batch, so that the counts are those of the recipients. */
  async note(
    tx: EntityManager,
    { id }: RunningImport,
    { rows, rejected, rejectedBefore }: RecipientBatch,
    counts: InsertedCounts,
  ): Promise<void> {
    const kept = rejected.slice(0, Math.max(0, KEPT_ERRORS - rejectedBefore));
    if (kept.length > 0) {
      const errors = kept.map(({ line, input, reason }) => ({
        line,
        input: fit(input, 200),
        message: reason,
      }));
      await queries.insertErrors(tx, id, errors);
    }
    const progress = { ...counts, valid: rows.length, failed: rejected.length };
    await queries.noteProgress(tx, id, progress, this.clock.now());
  }

  async complete(tx: EntityManager, run: RunningImport): Promise<void> {
    await this.finish(tx, run, { status: 'completed', reason: null, now: this.clock.now() });
  }

  async fail(run: RunningImport, error: unknown): Promise<void> {
    const isKnown = error instanceof DomainError;
    const end = {
      status: isKnown && error.code === 'upload_aborted' ? ('interrupted' as const) : ('failed' as const),
      reason: isKnown ? error.message : 'Something went wrong on our side.',
      now: this.clock.now(),
    };
    // Not in a transaction of the request: an import that failed must not use up its idempotency key.
    const noted = outsideRequest(() => this.database.transaction((tx) => this.finish(tx, run, end)));
    // If even this fails, a reader finds the import abandoned.
    await noted.catch(() => undefined);
  }

  private async finish(
    tx: EntityManager,
    { id, place }: RunningImport,
    end: { status: RecipientImport['status']; reason: string | null; now: Date },
  ): Promise<void> {
    await queries.finishImport(tx, id, end);
    const { organizationId, campaignId } = place;
    if (!this.events.wanted(organizationId, 'import.finished', campaignId)) return;
    const row = await queries.findImport(tx, place, id);
    if (row === undefined) return;
    const about = { organizationId, campaignId, customerId: null, objectId: id, occurredAt: end.now };
    await this.events.record(tx, [{ ...about, kind: 'import.finished', data: finishedImport(row) }]);
  }

  async get(place: queries.ImportPlace, id: string): Promise<RecipientImport> {
    const { manager } = this.database;
    await queries.closeAbandoned(manager, place, DIED, this.clock.now());
    const found = await queries.findImport(manager, place, id);
    if (found === undefined) throw notFound('import', id);
    return found;
  }

  /** Newest first, from the import after `before`. */
  async list(
    place: queries.ImportPlace,
    page: { before: string | undefined; limit: number; offset: number },
  ): Promise<RecipientImport[]> {
    const { manager } = this.database;
    const size = await campaignSize(manager, place.organizationId, place.campaignId);
    if (size === undefined) throw notFound('campaign', place.campaignId);
    await queries.closeAbandoned(manager, place, DIED, this.clock.now());
    return queries.listImports(manager, place, page);
  }

  async count(place: queries.ImportPlace): Promise<number> {
    return queries.countImports(this.database.manager, place);
  }

  /** Page by page: a slow download holds no connection. */
  async errorsCsv(place: queries.ImportPlace, id: string): Promise<Readable> {
    const { rowsFailed } = await this.get(place, id);
    const { manager } = this.database;
    const lines = async function* (): AsyncGenerator<string> {
      yield csvLines([['line', 'input', 'message']]);
      let listed = 0;
      for (let after = 0; ;) {
        const errors = await queries.errorsAfter(manager, id, after, ERRORS_AT_ONCE);
        if (errors.length > 0)
          yield csvLines(errors.map(({ line, input, message }) => [line, input, message]));
        listed += errors.length;
        const last = errors.at(-1);
        if (errors.length < ERRORS_AT_ONCE || last === undefined) break;
        after = last.line;
      }
      const unlisted = rowsFailed - listed;
      if (unlisted > 0) yield csvLines([[null, null, `${unlisted} more rejected rows are not listed`]]);
    };
    return Readable.from(lines());
  }
}

/** What the event of its end says: the import as its API shows it. */
function finishedImport(row: RecipientImport): Record<string, unknown> {
  const { id, campaignId, status, fileName, rowsRead, rowsAdded, rowsKnown, rowsFailed, failureReason } = row;
  const warnings = [
    { code: 'us_marketing_restricted', count: row.rowsRestricted },
    { code: 'unsubscribed', count: row.rowsUnsubscribed },
  ];
  return {
    ...{
      importKind: 'recipients',
      id,
      campaignId,
      status,
      fileName,
      rowsRead,
      rowsAdded,
      rowsKnown,
      rowsFailed,
    },
    warnings: warnings.filter(({ count }) => count > 0),
    failureReason,
    startedAt: row.startedAt.toISOString(),
    progressAt: row.progressAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
