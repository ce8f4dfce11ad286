import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { FileStorage } from '../../platform/storage/file-storage.service.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { Images } from './images.service.js';
import * as queries from './images.queries.js';

const KEEP_MS = 7 * 24 * 3_600_000;
/** Far longer than the removal of one bite takes. */
const ABANDONED_MS = 3_600_000;
const BITE = 500;

/** Once an hour: removes images that no product has named for a week, and what broken uploads left behind. */
@Injectable()
export class ImageUpkeep implements OnModuleInit, OnModuleDestroy {
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly timetable: Timetable,
    private readonly database: Database,
    private readonly images: Images,
    private readonly storage: FileStorage,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: 'remove-unused-images',
      expression: '23 * * * *',
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
    await this.storage.disk.sweep();
    const now = this.clock.now();
    await this.database.transaction((tx) => queries.noteNamed(tx, now));
    const turn = {
      namedBefore: new Date(now.getTime() - KEEP_MS),
      abandonedBefore: new Date(now.getTime() - ABANDONED_MS),
      now,
      limit: BITE,
    };
    for (let taken = BITE; taken === BITE && !this.stopped;) {
      const removals = await this.database.transaction((tx) => queries.beginRemovals(tx, turn));
      if (removals.length > 0) await this.images.finishRemovals(removals);
      taken = removals.length;
    }
  }

  private async runAndLog(): Promise<void> {
    try {
      await this.run();
    } catch (error) {
      this.logger.error({ err: error }, 'could not remove unused images, will retry in an hour');
    }
  }
}
