import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { deleteOldNotices } from '../notices/notices.queries.js';
import { deleteOldMessages } from './deliveries.queries.js';

const KEEP_MS = 30 * 24 * 60 * 60 * 1_000;
const KEEP_NOTICES_MS = 365 * 24 * 60 * 60 * 1_000;
const BITE = 2_000;

/** Messages are kept for 30 days with their deliveries: as long as they can be sent again. Notices are kept a year. */
@Injectable()
export class WebhookMessageRetention implements OnModuleInit, OnModuleDestroy {
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
      name: 'purge-webhook-messages',
      expression: '47 * * * *',
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
    const now = this.clock.now().getTime();
    const messages = await this.inBites(deleteOldMessages, new Date(now - KEEP_MS));
    return messages + (await this.inBites(deleteOldNotices, new Date(now - KEEP_NOTICES_MS)));
  }

  private async inBites(deleteOld: typeof deleteOldMessages, before: Date): Promise<number> {
    let purged = 0;
    let bite = BITE;
    while (bite === BITE && !this.stopped) {
      bite = await this.database.transaction((tx) => deleteOld(tx, before, BITE));
      purged += bite;
    }
    return purged;
  }

  private async purgeAndLog(): Promise<void> {
    try {
      const purged = await this.purge();
      if (purged > 0) this.logger.info({ purged }, 'purged outgoing webhooks');
    } catch (error) {
      this.logger.error({ err: error }, 'could not purge outgoing webhooks, will retry in an hour');
    }
  }
}
