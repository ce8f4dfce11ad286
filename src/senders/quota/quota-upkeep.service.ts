import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import * as queries from './quota-ledger.queries.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A day longer than people count: late reports about them still find their row. */
const KEEP_MS = 2 * DAY_MS;
const BITE = 2_000;

/**
 * Once an hour: deletes people who no longer count and recounts the rest, so that even rows changed by hand are counted
 * correctly after an hour.
 */
@Injectable()
export class QuotaUpkeep implements OnModuleInit, OnModuleDestroy {
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly timetable: Timetable,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: 'keep-quota-ledgers',
      expression: '37 * * * *',
      timeZone: 'UTC',
      missed: 'last',
      // Started without waiting: the other tasks of the timetable must not wait for it.
      run: () => {
        this.running ??= this.runAndLog().finally(() => (this.running = undefined));
        return Promise.resolve();
      },
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  async run(): Promise<void> {
    for (const portfolioId of await queries.reachedPortfolios(this.database.manager)) {
      await this.database.transaction((tx) => this.recount(tx, portfolioId));
      let forgotten = BITE;
      while (forgotten === BITE && !this.stopped) {
        forgotten = await this.database.transaction((tx) => this.forget(tx, portfolioId));
      }
    }
  }

  private async recount(tx: EntityManager, portfolioId: string): Promise<void> {
    await queries.lockPortfolio(tx, portfolioId);
    const since = new Date(this.clock.now().getTime() - DAY_MS);
    const people = await queries.countBetween(tx, portfolioId, since, null);
    await queries.storeCount(tx, portfolioId, { people, since });
  }

  /** Under the portfolio's lock, because a person who is deleted may be about to be reached again. */
  private async forget(tx: EntityManager, portfolioId: string): Promise<number> {
    await queries.lockPortfolio(tx, portfolioId);
    const before = new Date(this.clock.now().getTime() - KEEP_MS);
    return queries.forgetBefore(tx, portfolioId, before, BITE);
  }

  private async runAndLog(): Promise<void> {
    try {
      await this.run();
    } catch (error) {
      this.logger.error({ err: error }, 'could not maintain quota ledgers, will retry in an hour');
    }
  }
}
