import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Cron } from '../platform/timetable/timetable.js';
import { SenderStops } from './health/sender-health.service.js';

/** Ends pauses on time, once over all workers; a clock that is moved over their end ends them at once. */
@Injectable()
export class SenderRecovery implements OnModuleInit {
  constructor(
    private readonly cron: Cron,
    private readonly stops: SenderStops,
  ) {}

  onModuleInit(): void {
    this.cron.register({
      name: 'resume-senders',
      expression: '*/10 * * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.stops.resumeDue(),
    });
  }
}
