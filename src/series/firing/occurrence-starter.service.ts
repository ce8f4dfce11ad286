import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PreparedCampaign } from '../../campaigns/experiments/experiment-starts.service.js';
import { OccurrenceStarts } from '../../campaigns/occurrences/occurrence-starts.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { OccurrenceBook } from '../series/occurrence-book.service.js';
import * as occurrences from '../series/occurrences.queries.js';
import type { DueStart } from '../series/occurrences.queries.js';
import type { Occurrence, Series } from '../series/series.js';
import * as queries from '../series/series.queries.js';
import { type Absence, lateMs } from '../timing/lateness.js';

interface Turn {
  due: DueStart;
  prepared: PreparedCampaign;
  absences: readonly Absence[];
  now: Date;
}

/**
 * Starts the campaigns of series at their hour: their people are chosen then, and not when the campaign was made. What
 * has chosen them stays chosen when the process ends before the start; the next look chooses again.
 */
@Injectable()
export class OccurrenceStarter {
  constructor(
    private readonly database: Database,
    private readonly starts: OccurrenceStarts,
    private readonly book: OccurrenceBook,
    private readonly clock: Clock,
  ) {}

  async start(due: DueStart, absences: readonly Absence[]): Promise<void> {
    const { organizationId, campaignId } = due;
    const prepared = await this.starts.prepare(organizationId, campaignId);
    const isReady = await this.database.transaction(async (tx) => {
      const series = await queries.findSeries(tx, organizationId, due.seriesId);
      const occurrence = await occurrences.takeOccurrence(tx, campaignId);
      if (series === undefined || occurrence === undefined) return false;
      return this.judge(tx, { series, occurrence }, { due, prepared, absences, now: this.clock.now() });
    });
    if (!isReady) return;
    const reason = await this.starts.begin(organizationId, campaignId);
    if (reason !== null) await this.noteFailed(due, reason);
  }

  /** Something has changed between the choice of the people and the start. */
  private async noteFailed(
    { organizationId, seriesId, campaignId }: DueStart,
    reason: string,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const series = await queries.findSeries(tx, organizationId, seriesId);
      const occurrence = await occurrences.takeOccurrence(tx, campaignId);
      if (series !== undefined && occurrence !== undefined) await this.fail(tx, series, occurrence, reason);
    });
  }

  private async fail(tx: EntityManager, series: Series, { id }: Occurrence, reason: string): Promise<void> {
    const now = this.clock.now();
    await this.book.move(tx, series, id, { state: 'failed', reason }, now);
    await this.book.pauseIfFailing(tx, series, reason, now);
  }

  /** Whether it may begin. Everything else is written down. */
  private async judge(
    tx: EntityManager,
    { series, occurrence }: { series: Series; occurrence: Occurrence },
    { due, prepared, absences, now }: Turn,
  ): Promise<boolean> {
    const { organizationId, campaignId } = due;
    const isLate = lateMs(occurrence.dueAt, now, absences) > series.lateToleranceS * 1_000;
    const skipping = series.state === 'paused' ? 'series paused' : null;
    if (skipping !== null || (isLate && series.missed === 'skip')) {
      const state = skipping === null ? 'missed' : 'skipped';
      const reason = skipping ?? 'no worker ran at its time';
      await this.starts.stop(tx, organizationId, campaignId, { to: 'cancelled', reason });
      await this.book.move(tx, series, occurrence.id, { state, reason }, now);
      return false;
    }
    const filling = await this.starts.fill(tx, organizationId, campaignId, { prepared, now });
    if (filling === 'filled' || filling === 'changed') return filling === 'filled';
    if (filling === 'empty') {
      const reason = 'nobody matched';
      await this.book.move(tx, series, occurrence.id, { state: 'skipped', reason, campaignId: null }, now);
      await this.starts.remove(tx, organizationId, campaignId);
      return false;
    }
    const reason = filling.message;
    await this.starts.stop(tx, organizationId, campaignId, { to: 'failed', reason });
    await this.fail(tx, series, occurrence, reason);
    return false;
  }
}
