import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CustomersModule } from '../customers/customers.module.js';
import { RecipientsModule } from '../recipients/recipients.module.js';
import { AudienceService } from './audience.service.js';
import { CampaignPreviewController } from './campaign-preview.controller.js';
import { CampaignPreviews } from './campaign-previews.service.js';
import { CampaignReadiness } from './campaign-readiness.service.js';
import { CampaignRecipientController } from './campaign-recipient.controller.js';
import { CampaignRecipientsController } from './campaign-recipients.controller.js';
import { Campaign } from './campaign.entity.js';
import { CampaignEvents } from './campaign-events.service.js';
import { CampaignStops } from './campaign-stops.service.js';
import { CampaignStatsController } from './campaign-stats.controller.js';
import { CampaignStats } from './campaign-stats.service.js';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsService } from './campaigns.service.js';
import { ExplanationsService } from './explanations.service.js';
import { LifecycleService } from './lifecycle.service.js';
import { PlanningService } from './planning.service.js';
import { RecipientRetriesController } from './recipient-retries.controller.js';
import { RecipientRetries } from './recipient-retries.service.js';
import { RecipientIntake } from './recipient-intake.service.js';
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
