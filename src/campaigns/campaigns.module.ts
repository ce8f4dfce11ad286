import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CustomersModule } from '../customers/customers.module.js';
import { RecipientsModule } from '../recipients/recipients.module.js';
import { AudienceService } from './intake/audience.service.js';
import { CampaignPreviewController } from './api/campaign-preview.controller.js';
import { CampaignPreviews } from './message/campaign-previews.service.js';
import { CampaignReadiness } from './message/campaign-readiness.service.js';
import { CampaignRecipientController } from './campaign-recipient.controller.js';
import { CampaignRecipientsController } from './api/campaign-recipients.controller.js';
import { Campaign } from './campaign/campaign.entity.js';
import { CampaignEvents } from './statistics/campaign-events.service.js';
import { CampaignStops } from './stops/campaign-stops.service.js';
import { CampaignStatsController } from './api/campaign-stats.controller.js';
import { CampaignStats } from './statistics/campaign-stats.service.js';
import { CampaignsController } from './api/campaigns.controller.js';
import { CampaignsService } from './campaign/campaigns.service.js';
import { ExplanationsService } from './explanations/explanations.service.js';
import { LifecycleService } from './lifecycle/lifecycle.service.js';
import { PlanningService } from './planning/planning.service.js';
import { RecipientRetriesController } from './api/recipient-retries.controller.js';
import { RecipientRetries } from './lifecycle/recipient-retries.service.js';
import { RecipientIntake } from './intake/recipient-intake.service.js';
import { TemplateCampaigns } from './template-campaigns.service.js';

const SERVICES = [
  CampaignsService,
  LifecycleService,
  PlanningService,
  CampaignReadiness,
  CampaignPreviews,
  AudienceService,
  RecipientIntake,
  TemplateCampaigns,
  RecipientRetries,
  ExplanationsService,
  CampaignStats,
  CampaignEvents,
  CampaignStops,
];

/** Global: the other face, the workers and the webhook share the one instance. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Campaign]), CustomersModule, RecipientsModule],
  providers: SERVICES,
  exports: SERVICES,
})
export class CampaignsModule {
  static withRoutes(): DynamicModule {
    return {
      module: CampaignsModule,
      controllers: [
        CampaignsController,
        CampaignRecipientsController,
        CampaignRecipientController,
        RecipientRetriesController,
        CampaignPreviewController,
        CampaignStatsController,
      ],
    };
  }
}
