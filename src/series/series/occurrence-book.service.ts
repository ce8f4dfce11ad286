import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../../events/domain-events.service.js';
import { assertMove } from '../../rules/state-machine.js';
import { type DueDate, nextDue } from '../timing/due-dates.js';
import * as occurrences from './occurrences.queries.js';
import { type Occurrence, type Series, timingOf } from './series.js';
import * as queries from './series.queries.js';
import { type OccurrenceState, SERIES_MOVES, type SeriesState } from './series-state.js';

const MOST_FAILURES = 3;

/** Writes down what becomes of each date of a series, and tells of it. */
@Injectable()
export class OccurrenceBook {
  constructor(private readonly events: DomainEvents) {}

  /** The caller holds the series. Undefined: the date has an occurrence already. */
  async enter(
    tx: EntityManager,
    series: Series,
    one: Omit<occurrences.NewOccurrence, 'seriesId' | 'seriesVersion'>,
    now: Date,
  ): Promise<Occurrence | undefined> {
    const full = { ...one, seriesId: series.id, seriesVersion: series.version };
    const entered = await occurrences.insertOccurrence(tx, full, now);
    if (entered !== undefined) await this.tell(tx, series, [entered], now);
    return entered;
  }

  /** Undefined: it has moved elsewhere meanwhile. */
  async move(
    tx: EntityManager,
    series: Series,
    id: string,
    change: { state: OccurrenceState; reason: string | null; campaignId?: string | null },
    now: Date,
  ): Promise<Occurrence | undefined> {
    const moved = await occurrences.moveOccurrence(tx, id, change, now);
    if (moved !== undefined) await this.tell(tx, series, [moved], now);
    return moved;
  }

  async pass(
    tx: EntityManager,
    series: Series,
    passed: readonly DueDate[],
    { reason, now }: { reason: string; now: Date },
  ): Promise<void> {
    if (passed.length === 0) return;
    const ref = { seriesId: series.id, seriesVersion: series.version, reason };
    await this.tell(tx, series, await occurrences.insertPassed(tx, ref, passed, now), now);
  }

  /** The series goes on to its next date. Without one it ends, unless an occurrence still waits for its turn. */
  async advance(tx: EntityManager, series: Series, done: DueDate, now: Date): Promise<void> {
    const timing = timingOf({ ...series, occurrences: series.occurrences + 1 });
    const next = nextDue(timing, { date: done.localDate, at: done.at });
    await queries.setNext(tx, series.id, next, 1);
    if (next === null) await this.endIfDone(tx, series, now);
  }

  async endIfDone(tx: EntityManager, series: Series, now: Date): Promise<void> {
    if ((await occurrences.queuedOf(tx, series.id)).length > 0) return;
    await this.setState(tx, series, { state: 'ended', reason: 'its last date was due' }, now);
  }

  /** A message that cannot be sent will not be sendable the next time either. */
  async pauseIfFailing(tx: EntityManager, series: Series, reason: string, now: Date): Promise<void> {
    if (series.state !== 'active') return;
    if ((await occurrences.failuresInARow(tx, series.id, series.stateChangedAt)) < MOST_FAILURES) return;
    const why = `${MOST_FAILURES} occurrences in a row failed: ${reason}`;
    await this.setState(tx, series, { state: 'paused', reason: why }, now);
  }

  async setState(
    tx: EntityManager,
    series: Series,
    { state, reason }: { state: SeriesState; reason: string | null },
    now: Date,
  ): Promise<void> {
    assertMove(SERIES_MOVES, 'series', series.state, state);
    await queries.setState(tx, series.id, { state, reason, now });
    series.state = state;
  }

  private async tell(
    tx: EntityManager,
    series: Series,
    told: readonly Occurrence[],
    now: Date,
  ): Promise<void> {
    const { organizationId, name } = series;
    await this.events.record(
      tx,
      told
        .filter(({ state }) => state !== 'queued')
        .map((one) => ({
          organizationId,
          kind:
            one.state === 'created'
              ? ('series.occurrence_created' as const)
              : ('series.occurrence_skipped' as const),
          customerId: null,
          objectId: one.id,
          campaignId: one.campaignId,
          data: {
            id: one.id,
            seriesId: one.seriesId,
            seriesName: name,
            number: one.number,
            localDate: one.localDate,
            at: one.dueAt.toISOString(),
            state: one.state,
            reason: one.reason,
            campaignId: one.campaignId,
          },
          occurredAt: now,
        })),
    );
  }
}
