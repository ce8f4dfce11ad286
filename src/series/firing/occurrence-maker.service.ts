import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CampaignInput, StoredSettings } from '../../campaigns/campaign/campaign-input.js';
import { OccurrenceCampaigns } from '../../campaigns/occurrences/occurrence-campaigns.service.js';
import { OccurrenceStarts } from '../../campaigns/occurrences/occurrence-starts.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { OccurrenceBook } from '../series/occurrence-book.service.js';
import * as occurrences from '../series/occurrences.queries.js';
import { type Series, timingOf } from '../series/series.js';
import * as queries from '../series/series.queries.js';
import { type DueDate, nextDue } from '../timing/due-dates.js';
import { type Absence, lateMs } from '../timing/lateness.js';
import { decide } from './decide.js';

/** `waits`: for the occurrence before it. `taken`: another worker has it, or it was changed meanwhile. */
export type Made = 'made' | 'waits' | 'taken';

/** What the campaign would be made from, as it was looked up before the transaction. */
export type Prepared = { settings: StoredSettings } | { refusal: DomainError } | { nobody: string };

const LONGEST_NAME = 200;
const MINUTE_MS = 60_000;
/** A worker that looks every few seconds finds an occurrence sooner than this, unless its time was passed over. */
const BEHIND_MS = MINUTE_MS;

/**
 * Makes what a series is due for: the occurrence, its campaign and the next date, in one transaction. The series is
 * locked, and a date has one occurrence only, so two workers make it once, and a crash makes all of it or nothing.
 */
@Injectable()
export class OccurrenceMaker {
  constructor(
    private readonly database: Database,
    private readonly campaigns: OccurrenceCampaigns,
    private readonly starts: OccurrenceStarts,
    private readonly book: OccurrenceBook,
    private readonly clock: Clock,
  ) {}

  /** The one occurrence of a series that is due next. */
  async make(known: Series, absences: readonly Absence[]): Promise<Made> {
    const prepared = known.state === 'active' ? await this.prepare(known) : undefined;
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const series = await queries.takeDue(tx, known, now);
      if (series === undefined || series.nextDueAt === null || series.nextLocalDate === null) return 'taken';
      const due = { localDate: series.nextLocalDate, at: series.nextDueAt };
      if ((await occurrences.findByDate(tx, series.id, due.localDate)) === undefined) {
        const made = await this.enter(tx, series, { due, prepared, absences, now });
        if (!made) {
          if (due.at > now) await queries.lookAgain(tx, series.id, new Date(now.getTime() + MINUTE_MS));
          return 'waits';
        }
      }
      await this.book.advance(tx, series, due, now);
      return 'made';
    });
  }

  /** The occurrence that waited until the one before it was over. */
  async release(known: Series): Promise<void> {
    const prepared = await this.prepare(known);
    await this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const series = await queries.lockSeries(tx, known.organizationId, known.id);
      if (series?.state !== 'active' || series.version !== known.version) return;
      const [first] = await occurrences.queuedOf(tx, series.id);
      if (first === undefined || (await occurrences.underWay(tx, series.id, now)).length > 0) return;
      const { id, localDate } = first;
      const result = await this.campaignOf(tx, series, { id, due: { localDate, at: now }, prepared });
      await this.book.move(tx, series, id, result, now);
      if (result.state === 'failed') await this.book.pauseIfFailing(tx, series, result.reason ?? '', now);
      if (series.nextDueAt === null) await this.book.endIfDone(tx, series, now);
    });
  }

  /** Checks what the campaign refers to. Meta may have to be asked, so no transaction is open. */
  async prepare(series: Series): Promise<Prepared> {
    try {
      const input = await this.inputOf(series);
      if (input === undefined) return { nobody: 'nobody matched: no earlier occurrence has a campaign' };
      return { settings: await this.campaigns.prepare(series.organizationId, input) };
    } catch (error) {
      if (error instanceof DomainError && error.kind !== 'unavailable') return { refusal: error };
      throw error;
    }
  }

  /** The campaign of an occurrence, or why there is none. Nothing is kept of one that cannot be made. */
  async campaignOf(
    tx: EntityManager,
    series: Series,
    { id, due, prepared }: { id: string; due: DueDate; prepared: Prepared | undefined },
  ): Promise<{ state: 'created' | 'skipped' | 'failed'; reason: string | null; campaignId: string | null }> {
    if (prepared === undefined) throw new TypeError('an active series has been prepared');
    if ('nobody' in prepared) return { state: 'skipped', reason: prepared.nobody, campaignId: null };
    if ('refusal' in prepared) return { state: 'failed', reason: prepared.refusal.message, campaignId: null };
    const name = `${prepared.settings.name} ${due.localDate}`;
    try {
      const campaign = await tx.transaction((inner) =>
        this.campaigns.make(
          inner,
          series.organizationId,
          { ...prepared.settings, name },
          {
            seriesId: series.id,
            occurrenceId: id,
            scheduledFor: due.at,
            oncePerPerson: series.oncePerPerson,
            minGapDays: series.minGapDays,
            createdBy: series.createdBy,
            reason: `made by the series ${series.name}`,
          },
        ),
      );
      return { state: 'created', reason: null, campaignId: campaign.id };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { state: 'failed', reason: error.message, campaignId: null };
    }
  }

  /** False: it waits for its turn. */
  private async enter(
    tx: EntityManager,
    series: Series,
    turn: { due: DueDate; prepared: Prepared | undefined; absences: readonly Absence[]; now: Date },
  ): Promise<boolean> {
    const { due, prepared, absences, now } = turn;
    const earlier = await occurrences.underWay(tx, series.id, now);
    const [first] = earlier;
    const timing = timingOf({ ...series, occurrences: series.occurrences + 1 });
    const next = nextDue(timing, { date: due.localDate, at: due.at });
    const decision = decide({
      isPaused: series.state === 'paused',
      isLate: lateMs(due.at, now, absences) > series.lateToleranceS * 1_000,
      isBehind: now.getTime() - due.at.getTime() > BEHIND_MS,
      isAhead: due.at > now,
      isLatest: next === null || next.at > now,
      missed: series.missed,
      overlap: series.overlap,
      earlier: first === undefined ? null : (first.localDate ?? first.name),
      endsToday: earlier.every(({ endsToday }) => endsToday),
      hasQueued: (await occurrences.queuedOf(tx, series.id)).length > 0,
    });
    if (decision.kind === 'wait') return false;
    const id = uuidV7();
    const entry = { id, ...due, campaignId: null };
    if (decision.kind === 'record') {
      await this.book.enter(tx, series, { ...entry, state: decision.state, reason: decision.reason }, now);
      return true;
    }
    if (decision.kind === 'queue') {
      await this.book.enter(tx, series, { ...entry, state: 'queued', reason: decision.reason }, now);
      return true;
    }
    const result = await this.campaignOf(tx, series, { id, due, prepared });
    if (decision.kind === 'replace' && result.state === 'created') await this.replaceAll(tx, series, earlier);
    await this.book.enter(tx, series, { ...entry, ...result }, now);
    if (result.state === 'failed') await this.book.pauseIfFailing(tx, series, result.reason ?? '', now);
    return true;
  }

  /** The occurrence takes the place of those before it. */
  private async replaceAll(
    tx: EntityManager,
    { organizationId }: Series,
    earlier: readonly occurrences.UnderWay[],
  ): Promise<void> {
    const reason = 'replaced by the next occurrence of its series';
    for (const { id } of earlier) await this.starts.stop(tx, organizationId, id, { to: 'cancelled', reason });
  }

  /** Undefined: the people would be those of an occurrence that does not exist. */
  private async inputOf(series: Series): Promise<CampaignInput | undefined> {
    const { definition, source, name: ofSeries } = series;
    const given = definition.name ?? ofSeries;
    // The date follows, and the whole must fit.
    const name = given.slice(0, LONGEST_NAME - ' 2025-01-15'.length).toWellFormed();
    const input = {
      ...definition,
      name,
      timeZone: definition.timeZone ?? series.timeZone,
      scheduledFor: null,
    };
    if (source !== 'previous') return input;
    const previous = await occurrences.previousCampaign(this.database.manager, series.id);
    const sourceCampaignId = previous ?? definition.sourceCampaignId ?? null;
    return sourceCampaignId === null ? undefined : { ...input, sourceCampaignId };
  }
}
