import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { Logger } from '../platform/logging/logger.js';
import { Timetable } from '../platform/timetable/timetable.js';
import { type PurgeBite, purgeBite } from './dispatch.queries.js';
import { deleteOldHashes } from './custom-events.queries.js';
import { deleteExpiredWants } from './event-wants.queries.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const KEEP_MS = 30 * DAY_MS;
/** Older events are refused after 7 days, whatever their id is. */
const KEEP_IDS_MS = 8 * DAY_MS;
const BITE = 2_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Events are kept for 30 days: long enough to replay them, and they hold personal data. */
@Injectable()
export class EventRetention implements OnModuleInit, OnModuleDestroy {
  private purging: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly timetable: Timetable,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: 'purge-domain-events',
      expression: '37 * * * *',
      timeZone: 'UTC',
      missed: 'last',
      // Started without waiting: the other tasks of the timetable must not wait for it.
      run: () => {
        this.purging ??= this.purgeAndLog().finally(() => (this.purging = undefined));
        return Promise.resolve();
      },
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await this.purging;
  }

  async purge(): Promise<number> {
    const now = this.clock.now();
    await deleteExpiredWants(this.database.manager, now);
    const before = new Date(now.getTime() - KEEP_MS);
    await this.purgeHashes(new Date(now.getTime() - KEEP_IDS_MS));
    let purged = 0;
    let bite: PurgeBite | undefined = { last: FIRST_ID, newestAt: new Date(0), purged: 0 };
    while (bite !== undefined && bite.newestAt < before && !this.stopped) {
      const after: string = bite.last;
      bite = await this.database.transaction((tx) => purgeBite(tx, { after, before, limit: BITE }));
      purged += bite?.purged ?? 0;
    }
    return purged;
  }

  private async purgeHashes(before: Date): Promise<void> {
    let purged = BITE;
    while (purged === BITE && !this.stopped) {
      purged = await this.database.transaction((tx) => deleteOldHashes(tx, before, BITE));
    }
  }

  private async purgeAndLog(): Promise<void> {
    try {
      const purged = await this.purge();
      if (purged > 0) this.logger.info({ purged }, 'purged domain events');
    } catch (error) {
      this.logger.error({ err: error }, 'could not purge domain events, will retry in an hour');
    }
  }
}
