import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { Cron } from '../platform/timetable/timetable.js';
import type { Logger } from '../platform/logging/logger.js';
import { LOGGER } from '../platform/logging/logging.module.js';
import { DailyBatcher } from './daily-batcher.service.js';

/** The daily run at its hour; what was missed while the server was down is made up for once. */
@Injectable()
export class DailyRunTimetable implements OnModuleInit {
  constructor(
    private readonly cron: Cron,
    private readonly batcher: DailyBatcher,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.cron.register({
      name: 'daily run',
      expression: this.config.dailyRunAt,
      timeZone: this.config.timeZone,
      missed: 'last',
      run: async () => {
        const { date, campaigns, messages } = await this.batcher.run(null);
        this.logger.info({ date, campaigns, messages }, 'daily run');
      },
    });
  }
}
