import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { type Day, dayAt } from '../../rules/calendar/day.js';
import { type DueDate, dueDates } from '../timing/due-dates.js';
import * as occurrences from './occurrences.queries.js';
import { type Occurrence, type Series, timingOf } from './series.js';
import * as stats from './series-stats.queries.js';

/** What the overlap policy would do if the date were now. */
export type WouldDo = 'make' | 'skip' | 'queue' | 'replace';

export interface FutureDate extends DueDate {
  wouldDo: WouldDo;
}

const MOST_FUTURE = 100;

/** The past and the future of a series. */
@Injectable()
export class SeriesReading {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async occurrences(
    id: string,
    range: occurrences.OccurrenceRange,
    place: { before: string | undefined; limit: number; offset: number },
  ): Promise<Occurrence[]> {
    return occurrences.listOccurrences(this.database.manager, id, range, place);
  }

  async countOccurrences(id: string, range: occurrences.OccurrenceRange): Promise<number> {
    return occurrences.countOccurrences(this.database.manager, id, range);
  }

  /** Up to a hundred dates that have no occurrence yet, in the range. */
  async future(
    series: Series,
    { from, to }: { from: Day | undefined; to: Day | undefined },
  ): Promise<FutureDate[]> {
    if (series.state === 'ended') return [];
    const { manager } = this.database;
    const now = this.clock.now();
    const today = dayAt(now, series.timeZone);
    const made = new Set(await occurrences.datesAhead(manager, series.id, { now, today, next: null }));
    const wouldDo = await this.wouldDo(series, now);
    const found: FutureDate[] = [];
    for (const due of dueDates(timingOf(series), { at: now })) {
      if (found.length === MOST_FUTURE || (to !== undefined && due.localDate > to)) break;
      const isIn = from === undefined || due.localDate >= from;
      if (isIn && !made.has(due.localDate)) found.push({ ...due, wouldDo });
    }
    return found;
  }

  async sums(id: string): Promise<stats.SeriesSums> {
    return stats.sumFigures(this.database.manager, id);
  }

  async figures(
    id: string,
    place: { before: string | undefined; limit: number; offset: number },
  ): Promise<stats.OccurrenceFigures[]> {
    return stats.listFigures(this.database.manager, id, place);
  }

  private async wouldDo({ id, overlap, state }: Series, now: Date): Promise<WouldDo> {
    if (state === 'paused') return 'skip';
    const { manager } = this.database;
    if (overlap === 'parallel' || (await occurrences.underWay(manager, id, now)).length === 0) return 'make';
    if (overlap !== 'queue') return overlap;
    return (await occurrences.queuedOf(manager, id)).length > 0 ? 'skip' : 'queue';
  }
}
