import { createHash } from 'node:crypto';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { pushDueBefore } from '../calls/sync-pace.js';
import { digestOf } from '../items/item-digest.js';
import { SyncRuns } from './sync-runs.service.js';
import * as queries from './sync-runs.queries.js';
import { SyncTimes } from './sync-times.service.js';

const LOOK_MS = 5_000;
const HOUR_S = 3_600;
const DAY_MS = 86_400_000;
/** A sale that ended longer ago is seen by the nightly read. */
const SALES_MS = 2 * DAY_MS;
/** After a run that failed. */
const REST_MS = 3_600_000;
const NO_SALE = digestOf('');
const KEPT_MS = 30 * DAY_MS;
const KEPT_RUNS = 20;

/** What happens to catalogs by itself: pushes after edits, the nightly read, the ends of sales. */
@Injectable()
export class SyncTimetable implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly timetable: Timetable,
    private readonly runs: SyncRuns,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly times: SyncTimes,
    logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.pushChanged(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'could not look for changed catalogs; retrying');
      },
    );
  }

  onModuleInit(): void {
    const { timeZone, catalogSyncAt } = this.times;
    const at = { timeZone, missed: 'last' as const };
    const nightly = { name: 'read-catalogs', expression: catalogSyncAt, ...at };
    this.timetable.register({ ...nightly, run: (tick) => this.readAll(tick) });
    this.timetable.register({
      name: 'end-sales',
      expression: '* * * * *',
      ...at,
      run: () => this.endSales(),
    });
    this.timetable.register({
      name: 'forget-sync-runs',
      expression: '41 * * * *',
      ...at,
      run: () => this.forget(),
    });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  private async pushChanged(): Promise<void> {
    const now = this.clock.now();
    const due = await queries.catalogsToPush(this.database.manager, {
      now,
      ...pushDueBefore(now),
      restedSince: new Date(now.getTime() - REST_MS),
    });
    for (const catalog of due) {
      await this.runs.startUnlessOpen(this.database.manager, catalog, { mode: 'push', trigger: 'auto' });
    }
  }

  /** Spread over an hour, each catalog at the same place every night. */
  private async readAll(tick: Date): Promise<void> {
    for (const catalog of await queries.automaticCatalogs(this.database.manager)) {
      const place = createHash('sha256').update(catalog.catalogId).digest().readUInt32BE() % HOUR_S;
      const waitingUntil = new Date(tick.getTime() + place * 1_000);
      const wanted = { mode: 'full', trigger: 'schedule', waitingUntil } as const;
      await this.runs.startUnlessOpen(this.database.manager, catalog, wanted);
    }
  }

  /** A sale was sent with its dates, so only its end changes what Meta should have. */
  private async endSales(): Promise<void> {
    const now = this.clock.now();
    const since = new Date(now.getTime() - SALES_MS);
    await queries.markEndedSales(this.database.manager, { now, since, noSale: NO_SALE });
  }

  private async forget(): Promise<void> {
    const now = this.clock.now().getTime();
    const [before, hoursBefore] = [new Date(now - KEPT_MS), new Date(now - 2 * HOUR_S * 1_000)];
    await queries.forgetOldRuns(this.database.manager, { before, kept: KEPT_RUNS, hoursBefore });
  }
}
