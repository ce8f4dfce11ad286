import { Module } from '@nestjs/common';
import { CronModule } from '../platform/cron/cron.module.js';
import { AccountNews } from './account-news.handler.js';
import { ErrorLog } from './error-log.handler.js';
import { HeardConsent } from './heard-consent.service.js';
import { IdentityChanges } from './identity-change.handler.js';
import { InboundMessages } from './inbound-messages.handler.js';
import { People } from './people.handler.js';
import { Statuses } from './statuses.handler.js';
import { WebhookBatch } from './webhook-batch.service.js';
import { WebhookHandlers } from './webhook-handlers.service.js';
import { WebhookProcessor } from './webhook-processor.service.js';
import { WebhookRetention } from './webhook-retention.service.js';

/** What only workers do: the events take effect here. */
@Module({
  imports: [CronModule],
  providers: [
    WebhookHandlers,
    WebhookBatch,
    WebhookProcessor,
    WebhookRetention,
    HeardConsent,
    AccountNews,
    People,
    IdentityChanges,
    InboundMessages,
    Statuses,
    ErrorLog,
  ],
})
export class WebhooksWorkerModule {}
