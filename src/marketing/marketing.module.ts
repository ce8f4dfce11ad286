import { Module } from '@nestjs/common';
import { DailyRunController } from './daily-run.controller.js';
import { MarketingCampaignsController } from './marketing-campaigns.controller.js';
import { MarketingStatsController } from './marketing-stats.controller.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { SchedulingModule } from '../scheduling/scheduling.module.js';
import { perRole } from '../platform/wiring/per-role.js';

/** A second API over the same campaigns: it has routes, and no services of its own. */
@Module({})
export class MarketingModule {
  static readonly for = perRole(
    () => MarketingModule,
    ({ inApi, role }) => ({
      imports: [CampaignsModule.for(role), SchedulingModule.for(role)],
      controllers: inApi(MarketingCampaignsController, MarketingStatsController, DailyRunController),
    }),
  );
}
