import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Logger } from '../platform/logging/logger.js';
import { Timetable } from '../platform/timetable/timetable.js';
import { CalendarSettings } from '../rules/calendar/calendar-settings.js';
import { DailyBatcher } from './daily-batcher.service.js';

/** The daily run at its hour. Runs missed while the server was down are made up for by one. */
@Injectable()
export class DailyRunTask implements OnModuleInit {
  constructor(
    private readonly timetable: Timetable,
    private readonly batcher: DailyBatcher,
    private readonly calendar: CalendarSettings,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: 'daily run',
      expression: this.calendar.dailyRunAt,
      timeZone: this.calendar.timeZone,
      missed: 'last',
      run: async () => {
        const { date, campaigns, messages } = await this.batcher.run(null);
        this.logger.info({ date, campaigns, messages }, 'daily run');
      },
    });
  }
}
