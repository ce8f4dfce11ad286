import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { type PurgeBite, purgeBite } from './webhook-events.queries.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Meta repeats events for seven days; twice that leaves time to investigate. */
const KEEP_DONE_MS = 14 * DAY_MS;
/** For events that wait for an operator or for a later version. */
const KEEP_OPEN_MS = 90 * DAY_MS;
const BITE = 2_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Bodies contain what people wrote: they are kept only as long as they are useful. */
@Injectable()
export class WebhookRetention implements OnModuleInit, OnModuleDestroy {
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
      name: 'purge-webhook-events',
      expression: '27 * * * *',
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

  /** Small bites, each its own transaction: the inbox keeps working in between, and what is purged stays purged. */
  async purge(): Promise<number> {
    const now = this.clock.now().getTime();
    const doneBefore = new Date(now - KEEP_DONE_MS);
    const openBefore = new Date(now - KEEP_OPEN_MS);
    let purged = 0;
    let bite: PurgeBite | undefined = { last: FIRST_ID, newestAt: openBefore, purged: 0 };
    while (bite !== undefined && bite.newestAt < doneBefore && !this.stopped) {
      const after: string = bite.last;
      bite = await this.database.transaction((tx) =>
        purgeBite(tx, { after, doneBefore, openBefore, limit: BITE }),
      );
      purged += bite?.purged ?? 0;
    }
    return purged;
  }

  private async purgeAndLog(): Promise<void> {
    try {
      const purged = await this.purge();
      if (purged > 0) this.logger.info({ purged }, 'purged webhook events');
    } catch (error) {
      this.logger.error({ err: error }, 'could not purge webhook events, will retry in an hour');
    }
  }
}
