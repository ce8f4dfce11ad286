import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Timetable } from '../timetable/timetable.js';
import { MAINTENANCE_QUEUE, PURGE_IDEMPOTENCY_KEYS } from './maintenance.jobs.js';

/** Puts the regular cleaning into the queue: the timetable stays quick, and a failed job is retried. */
@Injectable()
export class Housekeeping implements OnModuleInit {
  constructor(
    private readonly timetable: Timetable,
    @InjectQueue(MAINTENANCE_QUEUE) private readonly queue: Queue,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: PURGE_IDEMPOTENCY_KEYS,
      expression: '17 * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: async () => {
        await this.queue.add(
          PURGE_IDEMPOTENCY_KEYS,
          {},
          { attempts: 5, backoff: { type: 'exponential', delay: 5_000 } },
        );
      },
    });
  }
}
