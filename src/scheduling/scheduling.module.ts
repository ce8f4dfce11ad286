import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { SendingModule } from '../sending/sending.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { DailyBatcher } from './daily-batcher.service.js';
import { DailyRunTask } from './daily-run-task.service.js';
import { PlanKeeper } from './plan-keeper.service.js';

/** The timetable: what happens because of the hour, not because of a request. */
@Module({})
export class SchedulingModule {
  static readonly for = perRole(
    () => SchedulingModule,
    ({ inWorker, role }) => ({
      imports: [CampaignsModule.for(role), SendingModule.for(role), ...inWorker(TimetableModule)],
      providers: [DailyBatcher, ...inWorker(DailyRunTask, PlanKeeper)],
      exports: [DailyBatcher],
    }),
  );
}
