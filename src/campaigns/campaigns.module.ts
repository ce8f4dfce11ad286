import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Audiences } from './intake/audience.service.js';
import { CampaignPreviewController } from './api/campaign-preview.controller.js';
import { CampaignLinks } from './message/campaign-links.service.js';
import { LinksModule } from '../links/links.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { CampaignPreviews } from './message/campaign-previews.service.js';
import { CampaignProduct } from './campaign/campaign-product.entity.js';
import { CampaignProducts } from './message/campaign-products.service.js';
import { CampaignShares } from './statistics/campaign-shares.service.js';
import { CampaignReadiness } from './message/campaign-readiness.service.js';
import { CampaignRecipientsController } from './api/campaign-recipients.controller.js';
import { RecipientImportsController } from './api/recipient-imports.controller.js';
import { Campaign } from './campaign/campaign.entity.js';
import { CampaignEvents } from './statistics/campaign-events.service.js';
import { CampaignStops } from './stops/campaign-stops.service.js';
import { CampaignStatsController } from './api/campaign-stats.controller.js';
import { CampaignStats } from './statistics/campaign-stats.service.js';
import { CampaignsController } from './api/campaigns.controller.js';
import { CampaignsOfMedia } from './campaign/campaigns-of-media.service.js';
import { CampaignsOfTemplate } from './campaign/campaigns-of-template.service.js';
import { CampaignsOfSender } from './campaign/campaigns-of-sender.service.js';
import { Campaigns } from './campaign/campaigns.service.js';
import { CampaignDrafts } from './drafts/campaign-drafts.service.js';
import { CampaignEdits } from './drafts/campaign-edits.service.js';
import { DraftFields } from './drafts/draft-fields.service.js';
import { ScheduledEdits } from './drafts/scheduled-edits.service.js';
import { CampaignArchive } from './lifecycle/campaign-archive.service.js';
import { CampaignPages } from './api/campaign-pages.service.js';
import { CampaignDeskController } from './api/campaign-desk.controller.js';
import { DraftChecks } from './drafts/draft-checks.service.js';
import { Explanations } from './explanations/explanations.service.js';
import { CampaignLifecycle } from './lifecycle/lifecycle.service.js';
import { OccurrenceCampaigns } from './occurrences/occurrence-campaigns.service.js';
import { OccurrenceStarts } from './occurrences/occurrence-starts.service.js';
import { OpenCampaigns } from './planning/open-campaigns.service.js';
import { Newcomers } from './planning/newcomers.service.js';
import { PlanUpkeep } from './planning/plan-upkeep.service.js';
import { PlanOutlook } from './planning/plan-outlook.service.js';
import { Planning } from './planning/planning.service.js';
import { RecipientRetriesController } from './api/recipient-retries.controller.js';
import { RecipientRetries } from './lifecycle/recipient-retries.service.js';
import { RecipientIntake } from './intake/recipient-intake.service.js';
import { ExperimentDecisions } from './experiments/experiment-decisions.service.js';
import { ExperimentDrops } from './experiments/experiment-drops.service.js';
import { ExperimentStarts } from './experiments/experiment-starts.service.js';
import { ExperimentsController } from './experiments/experiments.controller.js';
import { Experiments } from './experiments/experiments.service.js';
import { VariantMessages } from './message/variant-messages.service.js';
import { CampaignVariants } from './variants/campaign-variants.service.js';
import { ExperimentInvalidations } from './variants/experiment-invalidations.service.js';
import { RecipientZones } from './planning/recipient-zones.service.js';
import { TimeZone } from './planning/time-zone.entity.js';
import { TimeZones } from './planning/time-zones.service.js';
import { AccessModule } from '../access/access.module.js';
import { SendersModule } from '../senders/senders.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { MediaModule } from '../media/media.module.js';
import { RecipientsModule } from '../recipients/recipients.module.js';
import { ConversionsModule } from '../conversions/conversions.module.js';
import { RatesModule } from '../rates/rates.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { ProductMessagesModule } from '../product-messages/product-messages.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { EventsModule } from '../events/events.module.js';
import { perRole } from '../platform/wiring/per-role.js';

/** What the Marketing API, the engine, the timetable and the webhooks use. */
const SHARED = [
  Campaigns,
  CampaignDrafts,
  CampaignsOfSender,
  CampaignsOfMedia,
  CampaignsOfTemplate,
  CampaignLifecycle,
  CampaignReadiness,
  CampaignLinks,
  CampaignPreviews,
  RecipientIntake,
  CampaignStats,
  CampaignStops,
  PlanUpkeep,
  PlanOutlook,
  Audiences,
  DraftChecks,
  VariantMessages,
  CampaignVariants,
  ExperimentDecisions,
  ExperimentInvalidations,
  Experiments,
  RecipientZones,
  TimeZones,
  OccurrenceCampaigns,
  OccurrenceStarts,
];

@Module({})
export class CampaignsModule {
  static readonly for = perRole(
    () => CampaignsModule,
    ({ inApi, inWorker, role }) => ({
      imports: [
        TypeOrmModule.forFeature([Campaign, CampaignProduct, TimeZone]),
        AccessModule.for(role),
        EventsModule.for(role),
        SendersModule.for(role),
        TemplatesModule.for(role),
        CustomersModule.for(role),
        MediaModule.for(role),
        LinksModule.for(role),
        MessagesModule.for(role),
        RecipientsModule.for(role),
        ConversionsModule.for(role),
        RatesModule.for(role),
        CatalogModule.for(role),
        ProductMessagesModule.for(role),
        ...inWorker(TimetableModule),
      ],
      controllers: inApi(
        CampaignsController,
        CampaignDeskController,
        RecipientImportsController,
        CampaignRecipientsController,
        RecipientRetriesController,
        CampaignPreviewController,
        CampaignStatsController,
        ExperimentsController,
      ),
      providers: [
        ...SHARED,
        DraftFields,
        CampaignEdits,
        CampaignPages,
        ScheduledEdits,
        CampaignArchive,
        Explanations,
        OpenCampaigns,
        Planning,
        Newcomers,
        CampaignEvents,
        RecipientRetries,
        CampaignProducts,
        ExperimentStarts,
        ExperimentDrops,
        ...inWorker(CampaignShares),
      ],
      exports: SHARED,
    }),
  );
}
