import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { EntityManager, QueryRunner } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { sqlState } from '../../platform/database/database.js';
import type { ConsentState } from '../consent/consent.queries.js';
import { Consents, type ConsentStatement } from '../consent/consent.service.js';
import * as queries from './customer-import.queries.js';
import type { ListedConsent } from './customer-row.js';
import { CustomerEvents } from '../people/customer-events.service.js';
import { Identities } from '../people/identities.service.js';
import type { BatchEntry, FailedField, ImportBatch } from './import-batch.js';

/** Deadlock, serialization failure, and a number or user id that another transaction has just taken. */
const RETRIED_STATES = ['40P01', '40001', '23505'];
const ATTEMPTS = 10;
/** More than anyone corrects by hand. A file of nothing but errors took up 64 times its size in the database. */
export const KEPT_ERRORS = 10_000;

export interface ImportRun {
  organizationId: string;
  keyId: string | null;
  userId: string | null;
  importId: string;
  areTagsAdded: boolean;
  areEventsWritten: boolean;
  startedAt: Date;
  consent: { source: string; at: Date; text: string | null } | null;
}

export interface MergedSoFar extends queries.ImportCounts {
  errorsKept: number;
}

export const NOTHING_YET: MergedSoFar = {
  rowsRead: 0,
  rowsCreated: 0,
  rowsUpdated: 0,
  rowsUnchanged: 0,
  rowsFailed: 0,
  errorsKept: 0,
};

interface Outcome {
  created: number;
  updated: number;
  errors: FailedField[];
}

/** Writes a batch of rows, its errors and the progress of the import in one transaction. */
@Injectable()
export class ImportMerge {
  constructor(
    private readonly consent: Consents,
    private readonly identities: Identities,
    private readonly events: CustomerEvents,
    private readonly clock: Clock,
  ) {}

  /** Returns the counts after this batch. */
  async merge(
    runner: QueryRunner,
    run: ImportRun,
    batch: ImportBatch,
    counts: MergedSoFar,
  ): Promise<MergedSoFar> {
    for (let attempt = 1; ; attempt++) {
      await runner.startTransaction();
      try {
        const after = await this.mergeIn(runner, run, batch, counts);
        await runner.commitTransaction();
        return after;
      } catch (error) {
        // If the connection broke, nothing is left to roll back.
        await runner.rollbackTransaction().catch(() => undefined);
        if (attempt === ATTEMPTS || !RETRIED_STATES.includes(sqlState(error) ?? '')) throw error;
      }
    }
  }

  private async mergeIn(
    runner: QueryRunner,
    run: ImportRun,
    batch: ImportBatch,
    counts: MergedSoFar,
  ): Promise<MergedSoFar> {
    const tx = runner.manager;
    const { entries } = batch;
    const outcome: Outcome = { created: 0, updated: 0, errors: [] };
    if (entries.length > 0) {
      await queries.lookUpOneByOne(tx);
      const client = (await runner.connect()) as Client;
      await pipeline(
        Readable.from([`${entries.map(({ text }) => text).join('\n')}\n`]),
        client.query(copyFrom(queries.COPY_STAGED)),
      );
      await this.mergeStaged(tx, run, entries, outcome);
    }
    const errors = [...batch.errors, ...outcome.errors].slice(0, KEPT_ERRORS - counts.errorsKept);
    if (errors.length > 0) await queries.insertErrors(tx, run.importId, errors);
    const { rowsRepeated } = batch;
    const unchanged = entries.length - outcome.created - outcome.updated - outcome.errors.length;
    const after = {
      rowsRead: counts.rowsRead + batch.rowsRead,
      rowsCreated: counts.rowsCreated + outcome.created,
      rowsUpdated: counts.rowsUpdated + outcome.updated + rowsRepeated.updated,
      rowsUnchanged: counts.rowsUnchanged + unchanged + rowsRepeated.unchanged,
      rowsFailed: counts.rowsFailed + batch.rowsFailed + outcome.errors.length,
      errorsKept: counts.errorsKept + errors.length,
    };
    await queries.noteProgress(tx, run.organizationId, run.importId, after, this.clock.now());
    return after;
  }

  private async mergeStaged(
    tx: EntityManager,
    run: ImportRun,
    entries: readonly BatchEntry[],
    outcome: Outcome,
  ): Promise<void> {
    const { organizationId } = run;
    const numbered = entries.filter(({ row }) => row.phone !== null);
    const hasArgentines = numbered.some(({ row }) => row.phone?.startsWith('+54') === true);
    const hasUserIds = numbered.some(({ row }) => row.userId !== null);
    const changed = new Set<string>();
    const created: queries.Inserted[] = [];

    if (numbered.length > 0) {
      if (hasArgentines) await queries.alignArgentina(tx, organizationId);
      if (hasUserIds) await this.joinUserIds(tx, organizationId, changed, outcome);
      created.push(...(await this.mergeBy(tx, run, queries.BY_PHONE, changed)));
    }
    if (numbered.length < entries.length) {
      created.push(...(await this.mergeBy(tx, run, queries.BY_USER_ID, changed)));
    }

    const identities = created.flatMap(({ phone, userId }) =>
      [phone, userId].filter((identity) => identity !== null),
    );
    // Checked after the insert: by now the opt-out of a profile that was deleted a moment ago is visible.
    const suppressed = await this.consent.suppressedAmong(tx, organizationId, identities);
    if (suppressed.size > 0) {
      const refused = created.filter(
        ({ phone, userId }) => suppressed.has(phone ?? '') || suppressed.has(userId ?? ''),
      );
      const ids = refused.map(({ id }) => id);
      await this.consent.settle(tx, organizationId, ids);
    }
    if (entries.some(({ row }) => row.consent !== null)) {
      for (const id of await this.recordConsent(tx, run, entries)) changed.add(id);
    }
    for (const { id } of created) changed.delete(id);
    outcome.created = created.length;
    outcome.updated = changed.size;
    if (!run.areEventsWritten) return;
    await this.events.imported(
      tx,
      organizationId,
      { created: created.map(({ id }) => id), updated: [...changed] },
      this.clock.now(),
    );
  }

  private async mergeBy(
    tx: EntityManager,
    { organizationId, areTagsAdded }: ImportRun,
    key: queries.StagedKey,
    changed: Set<string>,
  ): Promise<queries.Inserted[]> {
    const now = this.clock.now();
    await queries.matchProfiles(tx, organizationId, key);
    if ((await queries.lockChanging(tx, key, areTagsAdded)) > 0) {
      for (const id of await queries.updateChanging(tx, key, areTagsAdded, now)) changed.add(id);
    }
    return queries.insertMissing(tx, organizationId, key, now);
  }

  /** A profile known by its user id alone gets the number. If it has another number, the row is about someone else. */
  private async joinUserIds(
    tx: EntityManager,
    organizationId: string,
    changed: Set<string>,
    outcome: Outcome,
  ): Promise<void> {
    const strangers: number[] = [];
    for (const { line, phone, userId, hasNumber } of await queries.userIdsElsewhere(tx, organizationId)) {
      if (!hasNumber) {
        const { profile } = await this.identities.findOrCreateByContact(tx, organizationId, {
          phone,
          userId,
        });
        changed.add(profile.id);
      } else {
        strangers.push(line);
        outcome.errors.push({ line, field: 'whatsappUserId', message: 'is that of another customer' });
      }
    }
    if (strangers.length > 0) await queries.unstage(tx, strangers);
  }

  private async recordConsent(
    tx: EntityManager,
    run: ImportRun,
    entries: readonly BatchEntry[],
  ): Promise<Set<string>> {
    const { organizationId, keyId, userId, importId, startedAt, consent } = run;
    const words = consent === null ? {} : { consentSource: consent.source, consentText: consent.text };
    const byLine = new Map(entries.map(({ line, row }) => [line, row.consent]));
    const people = await queries.stagedConsent(tx);
    const statements = people.flatMap(({ line, id, ...state }): ConsentStatement[] => {
      const listed = byLine.get(line) ?? null;
      // What is said of the whole list becomes evidence for each person once: the same statement again is dropped later.
      if (listed === null || (listed.isOfList !== true && isKnown(listed, state))) return [];
      return [
        {
          profileId: id,
          kind: kindOf(listed),
          source: 'import',
          evidence: { importId, line, ...(listed.refuses ? {} : words) },
          occurredAt: listed.at ?? startedAt,
          keyId,
          userId,
        },
      ];
    });
    return new Set((await this.consent.recordAll(tx, organizationId, statements)).keys());
  }
}

/**
 * A dated agreement of one person counts as stated at that time; an undated one may be older than any refusal. What is
 * said of a whole list lifts no refusal either: among those people may be one who has stopped since.
 */
function kindOf({ refuses, at, isOfList }: ListedConsent): ConsentStatement['kind'] {
  if (refuses) return 'opt_out';
  return at === null || isOfList === true ? 'import' : 'opt_in';
}

/** A list that repeats what we know is not new evidence: importing it again changes nothing. */
function isKnown(
  { refuses, at }: ListedConsent,
  { subscription, marketingOptInAt, marketingOptOutAt }: ConsentState,
): boolean {
  if (!refuses && subscription === 'unsubscribed') {
    return at === null || marketingOptOutAt === null || at <= marketingOptOutAt;
  }
  const since = refuses ? marketingOptOutAt : marketingOptInAt;
  const isSo = refuses ? subscription === 'unsubscribed' : marketingOptInAt !== null;
  return isSo && (at === null || at.getTime() === since?.getTime());
}
