import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import * as occurrences from '../series/occurrences.queries.js';
import type { Series } from '../series/series.js';
import * as queries from '../series/series.queries.js';
import type { Absence } from '../timing/lateness.js';
import { OccurrenceMaker } from './occurrence-maker.service.js';
import { OccurrenceStarter } from './occurrence-starter.service.js';
import { SeriesWatch } from './series-watch.service.js';

const AT_ONCE = 100;

/** One look at everything that is due: makes occurrences in the order of their instants, and starts their campaigns. */
@Injectable()
export class SeriesFiring {
  constructor(
    private readonly database: Database,
    private readonly maker: OccurrenceMaker,
    private readonly starter: OccurrenceStarter,
    private readonly watch: SeriesWatch,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async look(): Promise<void> {
    const absences = await this.watch.look();
    const { manager } = this.database;
    for (const series of await queries.readReleasable(manager, AT_ONCE)) {
      await this.alone(series.id, () => this.maker.release(series));
    }
    // Again while there is progress: a date that nobody matches is over at once, and the next one has its turn.
    const tried = new Set<string>();
    for (let made = 1; made > 0;) {
      made = await this.makeAll(absences);
      await this.startAll(absences, tried);
    }
  }

  /**
   * The series go on side by side, one date each a round. One that waits for its earlier occurrence, or that fails, has
   * its turn at the next look.
   */
  private async makeAll(absences: readonly Absence[]): Promise<number> {
    const resting = new Set<string>();
    let made = 0;
    for (;;) {
      const now = this.clock.now();
      const due = await queries.readDue(this.database.manager, now, AT_ONCE, [...resting]);
      if (due.length === 0) return made;
      for (const series of due) {
        if (await this.makeOne(series, absences)) made += 1;
        else resting.add(series.id);
      }
    }
  }

  private async makeOne(series: Series, absences: readonly Absence[]): Promise<boolean> {
    let isMade = false;
    await this.alone(series.id, async () => {
      isMade = (await this.maker.make(series, absences)) === 'made';
    });
    return isMade;
  }

  private async startAll(absences: readonly Absence[], tried: Set<string>): Promise<void> {
    for (;;) {
      const due = await occurrences.dueStarts(this.database.manager, this.clock.now(), AT_ONCE, [...tried]);
      if (due.length === 0) return;
      for (const one of due) {
        tried.add(one.campaignId);
        await this.alone(one.seriesId, () => this.starter.start(one, absences));
      }
    }
  }

  /** One series that cannot go on must not hold up the others. */
  private async alone(seriesId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn({ err: error, seriesId }, 'a series could not go on; it is looked at again');
    }
  }
}
