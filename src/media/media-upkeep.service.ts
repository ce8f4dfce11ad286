import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { Logger } from '../platform/logging/logger.js';
import { Timetable } from '../platform/timetable/timetable.js';
import { MediaAssets } from './media-assets.service.js';
import * as queries from './media-assets.queries.js';

/** Far longer than the removal of one file takes. */
const ABANDONED_MS = 3_600_000;
const BITE = 100;

/** Once an hour: finishes removals that a process began and did not live to finish. */
@Injectable()
export class MediaUpkeep implements OnModuleInit {
  constructor(
    private readonly timetable: Timetable,
    private readonly database: Database,
    private readonly assets: MediaAssets,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: 'finish-media-removals',
      expression: '53 * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.run(),
    });
  }

  async run(): Promise<void> {
    const now = this.clock.now();
    const turn = { before: new Date(now.getTime() - ABANDONED_MS), now, limit: BITE };
    const removals = await this.database.transaction((tx) => queries.takeAbandoned(tx, turn));
    for (const removal of removals) {
      await this.assets.finish(removal).catch((error: unknown) => {
        this.logger.error({ err: error, assetId: removal.id }, 'could not remove the file of a media asset');
      });
    }
  }
}
