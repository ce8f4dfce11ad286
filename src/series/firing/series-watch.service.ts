import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { type Absence, absenceBefore, type Begun } from '../timing/lateness.js';
import * as queries from './series-watch.queries.js';

/**
 * Notes when a worker looks, so that the time in which none ran is known: that, and not the business clock alone, says
 * whether an occurrence is late.
 */
@Injectable()
export class SeriesWatch {
  private begun: Begun | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Before the first look. */
  async begin(): Promise<void> {
    this.begun = { at: this.clock.now(), realAt: await queries.realTime(this.database.manager) };
  }

  /** Notes this look and returns the stretches without a worker that still matter. */
  async look(): Promise<Absence[]> {
    if (this.begun === undefined) await this.begin();
    const { begun } = this;
    return this.database.transaction(async (tx) => {
      const last = await queries.lockLastLook(tx);
      const realAt = await queries.realTime(tx);
      const now = this.clock.now();
      if (last !== undefined && begun !== undefined) {
        const absence = absenceBefore(last, begun, realAt);
        if (absence !== null) await queries.addAbsence(tx, absence);
      }
      await queries.noteLook(tx, { at: now, realAt });
      await queries.forgetAbsences(tx, now);
      return queries.readAbsences(tx);
    });
  }
}
