import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { CampaignsWorkerModule } from './campaigns/campaigns-worker.module.js';
import { CampaignsModule } from './campaigns/campaigns.module.js';
import { MarketingModule } from './marketing/marketing.module.js';
import { AccessModule } from './access/access.module.js';
import { CustomersModule } from './customers/customers.module.js';
import { ClockModule } from './platform/clock/clock.module.js';
import type { Config } from './platform/config/config.js';
import { ConfigModule } from './platform/config/config.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { EncryptionModule } from './platform/encryption/encryption.module.js';
import { HealthModule } from './platform/health/health.module.js';
import { IdempotencyModule } from './platform/idempotency/idempotency.module.js';
import type { Logger } from './platform/logging/logger.js';
import { LoggingModule } from './platform/logging/logging.module.js';
import { MaintenanceModule } from './platform/maintenance/maintenance.module.js';
import { MessagesWorkerModule } from './messages/messages-worker.module.js';
import { MessagesModule } from './messages/messages.module.js';
import { MetricsModule } from './platform/metrics/metrics.module.js';
import { QueueModule } from './platform/queue/queue.module.js';
import { SegmentsModule } from './segments/segments.module.js';
import { SendersModule } from './senders/senders.module.js';
import { SendersWorkerModule } from './senders/senders-worker.module.js';
import { SendingModule } from './sending/sending.module.js';
import { SendingWorkerModule } from './sending/sending-worker.module.js';
import { TemplatesModule } from './templates/templates.module.js';
import { TemplatesWorkerModule } from './templates/templates-worker.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WebhooksWorkerModule } from './webhooks/webhooks-worker.module.js';
import { WhatsappModule } from './whatsapp/whatsapp.module.js';

type Imported = DynamicModule | Type;

/** The only file that knows every feature, and which of them a role needs. */
@Module({})
export class AppModule {
  static for(config: Config, logger: Logger): DynamicModule {
    const api = config.role !== 'worker';
    const worker = config.role !== 'api';
    return {
      module: AppModule,
      imports: [
        ConfigModule.for(config),
        LoggingModule.for(logger),
        DatabaseModule,
        EncryptionModule,
        QueueModule,
        MetricsModule,
        HealthModule,
        IdempotencyModule,
        WhatsappModule,
        MessagesModule,
        ...withRoutes(api, [
          ClockModule,
          AccessModule,
          SendersModule,
          TemplatesModule,
          CustomersModule,
          SegmentsModule,
          CampaignsModule,
          SendingModule,
          WebhooksModule,
        ]),
        ...(api ? [MarketingModule.withRoutes()] : []),
        worker ? MaintenanceModule.withWorker() : MaintenanceModule,
        ...(worker
          ? [
              SendersWorkerModule,
              TemplatesWorkerModule,
              WebhooksWorkerModule,
              CampaignsWorkerModule,
              SendingWorkerModule,
              MessagesWorkerModule,
            ]
          : []),
      ],
    };
  }
}

/** A worker answers health and metrics only; the same modules serve it without their controllers. */
function withRoutes(api: boolean, modules: (Type & { withRoutes: () => DynamicModule })[]): Imported[] {
  return modules.map((module) => (api ? module.withRoutes() : module));
}
