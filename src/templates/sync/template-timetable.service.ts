import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Timetable } from '../../platform/timetable/timetable.js';
import { TemplateRefresh } from './template-refresh.service.js';

/** Looks often and lists rarely: new senders and accounts touched by webhooks do not wait for the next day. */
@Injectable()
export class TemplateTimetable implements OnModuleInit {
  constructor(
    private readonly timetable: Timetable,
    private readonly refresh: TemplateRefresh,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: 'refresh-templates',
      expression: '23 * * * *',
      timeZone: 'UTC',
      missed: 'last',
      // Started without waiting: a task of the timetable must not wait for Meta.
      run: () => {
        this.refresh.start();
        return Promise.resolve();
      },
    });
  }
}
