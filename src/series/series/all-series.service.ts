import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Precondition } from '../../platform/http/entity-tag.js';
import { dayAt } from '../../rules/calendar/day.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { dueDates, type DueDate, nextDue } from '../timing/due-dates.js';
import { OccurrenceBook } from './occurrence-book.service.js';
import * as occurrences from './occurrences.queries.js';
import { type Series, type SeriesSettings, timingOf } from './series.js';
import { SeriesChecks } from './series-checks.service.js';
import { seriesTag } from './series-tag.js';
import * as queries from './series.queries.js';
import { assertSeriesCommand } from './series-state.js';

interface SeriesEdit {
  organizationId: string;
  id: string;
  /** The settings as they are to be, from those that are there. */
  change: (known: Series) => SeriesSettings;
  precondition: Precondition | undefined;
}

/** A series may have been paused for years; what is left is written down at its next looks. */
const MOST_PASSED = 5_000;

/** Creates, changes, pauses and resumes series. What they are due for is made elsewhere. */
@Injectable()
export class AllSeries {
  constructor(
    private readonly database: Database,
    private readonly checks: SeriesChecks,
    private readonly book: OccurrenceBook,
    private readonly clock: Clock,
  ) {}

  async get(organizationId: string, id: string): Promise<Series> {
    const found = await queries.findSeries(this.database.manager, organizationId, id);
    if (found === undefined) throw notFound('series', id);
    return found;
  }

  async list(
    organizationId: string,
    filter: queries.SeriesFilter,
    place: { before: string | undefined; limit: number; offset: number },
  ): Promise<Series[]> {
    return queries.listSeries(this.database.manager, organizationId, filter, place);
  }

  async count(organizationId: string, filter: queries.SeriesFilter): Promise<number> {
    return queries.countSeries(this.database.manager, organizationId, filter);
  }

  async create(organizationId: string, createdBy: string | null, settings: SeriesSettings): Promise<Series> {
    await this.checks.assertUsable(organizationId, settings);
    const id = uuidV7();
    const origin = { organizationId, createdBy, now: this.clock.now() };
    await this.database.transaction((tx) => queries.insertSeries(tx, id, settings, origin));
    return this.get(organizationId, id);
  }

  /** Holds for the occurrences that are not made yet. */
  async update({ organizationId, id, change, precondition }: SeriesEdit): Promise<Series> {
    const known = await this.get(organizationId, id);
    assertSeriesCommand('change', known.state);
    const settings = change(known);
    await this.checks.assertUsable(organizationId, settings);
    await this.database.transaction(async (tx) => {
      const series = await this.lock(tx, organizationId, id);
      precondition?.assertMet(seriesTag(series));
      assertSeriesCommand('change', series.state);
      if (series.version !== known.version) {
        const detail =
          'This series has just been changed by somebody else: read it again, then repeat your change.';
        throw new DomainError('conflict', 'changed_meanwhile', detail);
      }
      const now = this.clock.now();
      await queries.updateSeries(tx, id, settings, now);
      if (series.state !== 'draft') await this.replan(tx, series, settings, now);
    });
    return this.get(organizationId, id);
  }

  async delete(organizationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const series = await this.lock(tx, organizationId, id);
      assertSeriesCommand('delete', series.state);
      await queries.deleteSeries(tx, id);
    });
  }

  /** Its first date is the next one from now on. */
  async activate(organizationId: string, id: string): Promise<Series> {
    const known = await this.get(organizationId, id);
    assertSeriesCommand('activate', known.state);
    await this.checks.assertUsable(organizationId, known);
    return this.command(organizationId, id, 'activate', async (tx, series, now) => {
      this.checks.assertFires(series, { at: now });
      await this.book.setState(tx, series, { state: 'active', reason: null }, now);
      await queries.setNext(tx, id, nextDue(timingOf(series), { at: now }), 0);
    });
  }

  async pause(organizationId: string, id: string, reason = 'paused by request'): Promise<Series> {
    return this.command(organizationId, id, 'pause', (tx, series, now) =>
      this.book.setState(tx, series, { state: 'paused', reason }, now),
    );
  }

  /** Looks ahead only: the dates of the pause are written down as skipped. */
  async resume(organizationId: string, id: string): Promise<Series> {
    return this.command(organizationId, id, 'resume', async (tx, series, now) => {
      const passed = await this.passDates(tx, series, now);
      await this.book.setState(tx, series, { state: 'active', reason: null }, now);
      const timing = timingOf({ ...series, occurrences: series.occurrences + passed.length });
      const last = passed.at(-1);
      const next =
        last === undefined ? aheadOf(series) : nextDue(timing, { date: last.localDate, at: last.at });
      await queries.setNext(tx, id, next, passed.length);
      if (next === null) await this.book.endIfDone(tx, series, now);
    });
  }

  /** Nothing more comes: what waits for its turn or its hour is skipped too. Campaigns that run go on. */
  async end(
    organizationId: string,
    id: string,
    stopWaiting: (tx: EntityManager, series: Series, reason: string, now: Date) => Promise<void>,
  ): Promise<Series> {
    return this.command(organizationId, id, 'end', async (tx, series, now) => {
      const reason = 'series ended';
      await this.book.setState(tx, series, { state: 'ended', reason: 'ended by request' }, now);
      await queries.setNext(tx, id, null, 0);
      for (const one of await occurrences.queuedOf(tx, id)) {
        await this.book.move(tx, series, one.id, { state: 'skipped', reason }, now);
      }
      await stopWaiting(tx, series, reason, now);
    });
  }

  /** The next date is looked for again. One that is due already is still made, in the new way. */
  private async replan(
    tx: EntityManager,
    series: Series,
    settings: SeriesSettings,
    now: Date,
  ): Promise<void> {
    const { nextDueAt, nextLocalDate, occurrences: count } = series;
    if (nextDueAt !== null && nextDueAt <= now) return;
    const today = dayAt(now, settings.timeZone);
    const made = await occurrences.datesAhead(tx, series.id, { now, today, next: nextLocalDate });
    const timing = timingOf({ ...settings, occurrences: count });
    const next = nextDue({ ...timing, exceptDates: [...settings.exceptDates, ...made] }, { at: now });
    if (next === null) {
      const detail = 'With this change the series would have no date any more: end it instead.';
      throw new DomainError('rule', 'series_never_fires', detail);
    }
    await queries.setNext(tx, series.id, next, 0);
  }

  private async passDates(tx: EntityManager, series: Series, now: Date): Promise<DueDate[]> {
    const { nextDueAt, nextLocalDate } = series;
    if (nextDueAt === null || nextLocalDate === null || nextDueAt > now) return [];
    const passed = [{ localDate: nextLocalDate, at: nextDueAt }];
    const timing = timingOf({ ...series, occurrences: series.occurrences + 1 });
    for (const due of dueDates(timing, { date: nextLocalDate, at: nextDueAt })) {
      if (due.at > now || passed.length === MOST_PASSED) break;
      passed.push(due);
    }
    await this.book.pass(tx, series, passed, { reason: 'series paused', now });
    return passed;
  }

  private async command(
    organizationId: string,
    id: string,
    name: Parameters<typeof assertSeriesCommand>[0],
    work: (tx: EntityManager, series: Series, now: Date) => Promise<void>,
  ): Promise<Series> {
    await this.database.transaction(async (tx) => {
      const series = await this.lock(tx, organizationId, id);
      assertSeriesCommand(name, series.state);
      await work(tx, series, this.clock.now());
    });
    return this.get(organizationId, id);
  }

  private async lock(tx: EntityManager, organizationId: string, id: string): Promise<Series> {
    const series = await queries.lockSeries(tx, organizationId, id);
    if (series === undefined) throw notFound('series', id);
    return series;
  }
}

function aheadOf({ nextLocalDate, nextDueAt }: Series): DueDate | null {
  return nextLocalDate === null || nextDueAt === null ? null : { localDate: nextLocalDate, at: nextDueAt };
}
