import { type DynamicModule, Module } from '@nestjs/common';
import { MIGRATIONS } from '../migrations/all.js';
import { AccessModule } from './access/access.module.js';
import { Installation } from './access/sessions/installation.js';
import { GatewaySettings } from './orders/gateways/gateway-settings.js';
import { ActivityModule } from './activity/activity.module.js';
import { ConversionsModule } from './conversions/conversions.module.js';
import { RatesModule } from './rates/rates.module.js';
import { MoneyModule } from './analytics/money/money.module.js';
import { CampaignsModule } from './campaigns/campaigns.module.js';
import { SyncSettings } from './catalog/sync/sync-settings.js';
import { CatalogModule } from './catalog/catalog.module.js';
import { EventsModule } from './events/events.module.js';
import { CustomersModule } from './customers/customers.module.js';
import { ExperimentsModule } from './experiments/experiments.module.js';
import { ForecastModule } from './forecast/forecast.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { MarketingModule } from './marketing/marketing.module.js';
import { MediaModule } from './media/media.module.js';
import { LinkSettings } from './links/link-settings.js';
import { LinksModule } from './links/links.module.js';
import { ClicksModule } from './clicks/clicks.module.js';
import { MediaSettings } from './media/media-settings.js';
import { MessagesModule } from './messages/messages.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { ClockModule } from './platform/clock/clock.module.js';
import { Config } from './platform/config/config.js';
import { ConfigModule } from './platform/config/config.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { EncryptionModule } from './platform/encryption/encryption.module.js';
import { HealthModule } from './platform/health/health.module.js';
import { IdempotencyModule } from './platform/idempotency/idempotency.module.js';
import type { Logger } from './platform/logging/logger.js';
import { LoggingModule } from './platform/logging/logging.module.js';
import { MaintenanceModule } from './platform/maintenance/maintenance.module.js';
import { MetricsModule } from './platform/metrics/metrics.module.js';
import { OutboundSettings } from './platform/outbound/outbound-settings.js';
import { QueueModule } from './platform/queue/queue.module.js';
import { ServerModule } from './platform/server/server.module.js';
import { OverviewModule } from './overview/overview.module.js';
import { ProductMessagesModule } from './product-messages/product-messages.module.js';
import { PortsModule } from './ports.module.js';
import { CalendarSettings } from './rules/calendar/calendar-settings.js';
import { RetentionSettings } from './rules/retention-settings.js';
import { StorageSettings } from './platform/storage/storage-settings.js';
import { SchedulingModule } from './scheduling/scheduling.module.js';
import { SegmentsModule } from './segments/segments.module.js';
import { SeriesModule } from './series/series.module.js';
import { SendersModule } from './senders/senders.module.js';
import { SendingModule } from './sending/sending.module.js';
import { NotificationSettings } from './notifications/notification-settings.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import type { Settings } from './settings.js';
import { TemplatesModule } from './templates/templates.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WhatsappSettings } from './whatsapp/whatsapp-settings.js';

/** Every feature that has routes or background work; each declares once what it runs in which role. */
const FEATURES = [
  AccessModule,
  EventsModule,
  SendersModule,
  TemplatesModule,
  MediaModule,
  LinksModule,
  CustomersModule,
  MessagesModule,
  CatalogModule,
  OrdersModule,
  SegmentsModule,
  ProductMessagesModule,
  RatesModule,
  ConversionsModule,
  CampaignsModule,
  SendingModule,
  SchedulingModule,
  SeriesModule,
  ClicksModule,
  ForecastModule,
  ExperimentsModule,
  ImportsModule,
  MoneyModule,
  OverviewModule,
  ActivityModule,
  MarketingModule,
  WebhooksModule,
  NotificationsModule,
  MaintenanceModule,
];

/** The only file that knows every feature. */
@Module({})
export class AppModule {
  static for(settings: Settings, logger: Logger): DynamicModule {
    const {
      config,
      calendar,
      whatsapp,
      installation,
      sync,
      outbound,
      storage,
      gateways,
      media,
      links,
      retention,
      notifications,
    } = settings;
    return {
      module: AppModule,
      imports: [
        ConfigModule.for([
          { provide: Config, useValue: config },
          { provide: CalendarSettings, useValue: calendar },
          { provide: WhatsappSettings, useValue: whatsapp },
          { provide: Installation, useValue: installation },
          { provide: SyncSettings, useValue: sync },
          { provide: OutboundSettings, useValue: outbound },
          { provide: StorageSettings, useValue: storage },
          { provide: GatewaySettings, useValue: gateways },
          { provide: MediaSettings, useValue: media },
          { provide: LinkSettings, useValue: links },
          { provide: RetentionSettings, useValue: retention },
          { provide: NotificationSettings, useValue: notifications },
        ]),
        LoggingModule.for(logger),
        DatabaseModule.for(MIGRATIONS),
        EncryptionModule,
        QueueModule,
        MetricsModule,
        HealthModule,
        IdempotencyModule,
        ServerModule,
        ClockModule.for(config.role),
        PortsModule.for(config.role),
        ...FEATURES.map((feature) => feature.for(config.role)),
      ],
    };
  }
}
