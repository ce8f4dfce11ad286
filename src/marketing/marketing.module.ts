import { type DynamicModule, Module } from '@nestjs/common';
import { DailyRunController } from './daily-run.controller.js';
import { MarketingCampaignsController } from './marketing-campaigns.controller.js';
import { MarketingStatsController } from './marketing-stats.controller.js';

/** Nothing but the second face: it has routes or it is not there at all. */
@Module({})
export class MarketingModule {
  static withRoutes(): DynamicModule {
    return {
      module: MarketingModule,
      controllers: [MarketingCampaignsController, MarketingStatsController, DailyRunController],
    };
  }
}
