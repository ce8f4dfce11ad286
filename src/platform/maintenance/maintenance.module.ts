import { type DynamicModule, Module } from '@nestjs/common';
import { CronModule } from '../cron/cron.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { Housekeeping } from './housekeeping.service.js';
import { MAINTENANCE_QUEUE } from './maintenance.jobs.js';
import { MaintenanceProcessor } from './maintenance.processor.js';

@Module({ imports: [QueueModule.queue(MAINTENANCE_QUEUE)] })
export class MaintenanceModule {
  static withWorker(): DynamicModule {
    return {
      module: MaintenanceModule,
      imports: [CronModule],
      providers: [Housekeeping, MaintenanceProcessor],
    };
  }
}
