import { Module } from '@nestjs/common';
import { TimetableModule } from '../timetable/timetable.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { perRole } from '../wiring/per-role.js';
import { Housekeeping } from './housekeeping.service.js';
import { MAINTENANCE_QUEUE } from './maintenance.jobs.js';
import { MaintenanceProcessor } from './maintenance.processor.js';

@Module({})
export class MaintenanceModule {
  static readonly for = perRole(
    () => MaintenanceModule,
    ({ inWorker }) => ({
      imports: [QueueModule.queue(MAINTENANCE_QUEUE), ...inWorker(TimetableModule)],
      providers: inWorker(Housekeeping, MaintenanceProcessor),
    }),
  );
}
