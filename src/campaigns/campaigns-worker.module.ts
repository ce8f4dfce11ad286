import { Module } from '@nestjs/common';
import { CronModule } from '../platform/cron/cron.module.js';
import { PlanKeeper } from '../scheduling/plan-keeper.service.js';

/** What campaigns need done by themselves; only workers have it. */
@Module({ imports: [CronModule], providers: [PlanKeeper] })
export class CampaignsWorkerModule {}
