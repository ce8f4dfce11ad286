import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Cron } from '../../platform/timetable/timetable.js';
import { TemplateRefresh } from './template-refresh.service.js';

/** Looks often and lists rarely: new senders and what webhooks have touched do not wait for the next day. */
@Injectable()
export class TemplateTimetable implements OnModuleInit {
  constructor(
    private readonly cron: Cron,
    private readonly refresh: TemplateRefresh,
  ) {}

  onModuleInit(): void {
    this.cron.register({
      name: 'refresh-templates',
      expression: '23 * * * *',
      timeZone: 'UTC',
      missed: 'last',
      // Only started here: the other tasks of the timetable must not wait for Meta.
      run: () => {
        this.refresh.start();
        return Promise.resolve();
      },
    });
  }
}
