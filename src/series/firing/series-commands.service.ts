import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OccurrenceStarts } from '../../campaigns/occurrences/occurrence-starts.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { dayAt } from '../../rules/calendar/day.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { AllSeries } from '../series/all-series.service.js';
import { OccurrenceBook } from '../series/occurrence-book.service.js';
import * as occurrences from '../series/occurrences.queries.js';
import type { Occurrence, Series } from '../series/series.js';
import * as queries from '../series/series.queries.js';
import { assertSeriesCommand } from '../series/series-state.js';
import { OccurrenceMaker } from './occurrence-maker.service.js';

/** Commands that reach the campaigns of a series. */
@Injectable()
export class SeriesCommands {
  constructor(
    private readonly database: Database,
    private readonly all: AllSeries,
    private readonly maker: OccurrenceMaker,
    private readonly starts: OccurrenceStarts,
    private readonly book: OccurrenceBook,
    private readonly clock: Clock,
  ) {}

  /** The campaigns that run go on, unless they are to pause too. Those that still wait for their hour are skipped at it. */
  async pause(organizationId: string, id: string, withCampaigns: boolean): Promise<Series> {
    const series = await this.all.pause(organizationId, id);
    if (!withCampaigns) return series;
    const running = await occurrences.underWay(this.database.manager, id, this.clock.now());
    for (const campaign of running.filter(({ status }) => status === 'active')) {
      await this.pauseCampaign(organizationId, campaign.id);
    }
    return series;
  }

  async end(organizationId: string, id: string): Promise<Series> {
    return this.all.end(organizationId, id, (tx, series, reason, now) =>
      this.stopWaiting(tx, series, reason, now),
    );
  }

  /** The occurrence of today, whatever the rule and the earlier ones say: a person asks for it. */
  async runNow(organizationId: string, id: string): Promise<Occurrence> {
    const known = await this.all.get(organizationId, id);
    assertSeriesCommand('run now', known.state);
    const prepared = await this.maker.prepare(known);
    if ('refusal' in prepared) throw prepared.refusal;
    if ('nobody' in prepared)
      throw new DomainError('rule', 'no_recipients', `This series has ${prepared.nobody}.`);
    return this.database.transaction(async (tx) => {
      const series = await queries.lockSeries(tx, organizationId, id);
      if (series === undefined) throw new TypeError('a series that is not a draft cannot disappear');
      assertSeriesCommand('run now', series.state);
      if (series.version !== known.version) {
        throw new DomainError(
          'conflict',
          'changed_meanwhile',
          'This series was changed at the same moment: try again.',
        );
      }
      const now = this.clock.now();
      const due = { localDate: dayAt(now, series.timeZone), at: now };
      const earlier = await occurrences.findByDate(tx, id, due.localDate);
      if (earlier !== undefined) {
        const detail = `This series has an occurrence on ${due.localDate} already: it is ${earlier.state}.`;
        throw new DomainError('conflict', 'occurrence_exists', detail);
      }
      const occurrenceId = uuidV7();
      const result = await this.maker.campaignOf(tx, series, { id: occurrenceId, due, prepared });
      if (result.state !== 'created') {
        throw new DomainError(
          'rule',
          'occurrence_not_made',
          result.reason ?? 'The occurrence could not be made.',
        );
      }
      const made = await this.book.enter(tx, series, { id: occurrenceId, ...due, ...result }, now);
      if (made === undefined) throw new TypeError('the date has no occurrence yet');
      return made;
    });
  }

  /** Campaigns that were made ahead of their hour. */
  private async stopWaiting(tx: EntityManager, series: Series, reason: string, now: Date): Promise<void> {
    const { organizationId, id } = series;
    for (const one of await occurrences.underWay(tx, id, now)) {
      if (one.status !== 'scheduled' || one.occurrenceId === null) continue;
      await this.starts.stop(tx, organizationId, one.id, { to: 'cancelled', reason });
      await this.book.move(tx, series, one.occurrenceId, { state: 'skipped', reason }, now);
    }
  }

  /** It may have been completed meanwhile, and that is as well. */
  private async pauseCampaign(organizationId: string, id: string): Promise<void> {
    try {
      await this.starts.pause(organizationId, id, 'paused with its series');
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'conflict') throw error;
    }
  }
}
