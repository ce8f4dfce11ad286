import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { EntityManager, QueryRunner } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { sqlState } from '../../platform/database/database.js';
import type { ConsentState } from '../consent/consent.queries.js';
import { ConsentService, type ConsentStatement } from '../consent/consent.service.js';
import * as queries from './customer-import.queries.js';
import type { ListedConsent } from './customer-row.js';
import { IdentitiesService } from '../people/identities.service.js';
import type { BatchEntry, FailedField, ImportBatch } from './import-batch.js';

/** Deadlock, serialization failure, and a number or user id that somebody else took at this very moment. */
const WORTH_ANOTHER_TRY = ['40P01', '40001', '23505'];
const ATTEMPTS = 10;

export interface ImportRun {
  organizationId: string;
  keyId: string;
  importId: string;
  areTagsAdded: boolean;
  startedAt: Date;
}

interface Outcome {
  created: number;
  updated: number;
  errors: FailedField[];
}

/** Brings a batch of rows into the database, with its errors and the progress of the import, in one transaction. */
@Injectable()
export class ImportMerge {
  constructor(
    private readonly consent: ConsentService,
    private readonly identities: IdentitiesService,
    private readonly clock: Clock,
  ) {}

  /** Gives the counts as they are after this batch. */
  async merge(
    runner: QueryRunner,
    run: ImportRun,
    batch: ImportBatch,
    counts: queries.ImportCounts,
  ): Promise<queries.ImportCounts> {
    for (let attempt = 1; ; attempt++) {
      await runner.startTransaction();
      try {
        const after = await this.mergeIn(runner, run, batch, counts);
        await runner.commitTransaction();
        return after;
      } catch (error) {
        // The connection may be what broke; then there is nothing left to roll back.
        await runner.rollbackTransaction().catch(() => undefined);
        if (attempt === ATTEMPTS || !WORTH_ANOTHER_TRY.includes(sqlState(error) ?? '')) throw error;
      }
    }
  }

  private async mergeIn(
    runner: QueryRunner,
    run: ImportRun,
    batch: ImportBatch,
    counts: queries.ImportCounts,
  ): Promise<queries.ImportCounts> {
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
    const errors = [...batch.errors, ...outcome.errors];
    if (errors.length > 0) await queries.insertErrors(tx, run.importId, errors);
    const { rowsRepeated } = batch;
    const unchanged = entries.length - outcome.created - outcome.updated - outcome.errors.length;
    const after = {
      rowsRead: counts.rowsRead + batch.rowsRead,
      rowsCreated: counts.rowsCreated + outcome.created,
      rowsUpdated: counts.rowsUpdated + outcome.updated + rowsRepeated.updated,
      rowsUnchanged: counts.rowsUnchanged + unchanged + rowsRepeated.unchanged,
      rowsFailed: counts.rowsFailed + batch.rowsFailed + outcome.errors.length,
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
    // Asked after the insert: an opt-out of somebody whose profile went a moment ago is seen by now.
    const suppressed = await this.consent.suppressedAmong(tx, organizationId, identities);
    if (suppressed.size > 0) {
      const theirs = created.filter(
        ({ phone, userId }) => suppressed.has(phone ?? '') || suppressed.has(userId ?? ''),
      );
      const ids = theirs.map(({ id }) => id);
      await this.consent.settle(tx, organizationId, ids);
    }
    if (entries.some(({ row }) => row.consent !== null)) {
      for (const id of await this.recordConsent(tx, run, entries)) changed.add(id);
    }
    for (const { id } of created) changed.delete(id);
    outcome.created = created.length;
    outcome.updated = changed.size;
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

  /** Somebody known by their user id alone gets the number; one who has another number is not the one in the file. */
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
    const { organizationId, keyId, importId, startedAt } = run;
    const byLine = new Map(entries.map(({ line, row }) => [line, row.consent]));
    const people = await queries.stagedConsent(tx);
    const statements = people.flatMap(({ line, id, ...state }): ConsentStatement[] => {
      const listed = byLine.get(line) ?? null;
      if (listed === null || isKnown(listed, state)) return [];
      return [
        {
          profileId: id,
          // With a date it is as good as told to us then; without one it may be older than any refusal.
          kind: listed.refuses ? 'opt_out' : listed.at === null ? 'import' : 'opt_in',
          source: 'import',
          evidence: { importId, line },
          occurredAt: listed.at ?? startedAt,
          keyId,
        },
      ];
    });
    return this.consent.recordAll(tx, organizationId, statements);
  }
}

/** A list that says what we know already is no new evidence: importing it again changes nothing. */
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
