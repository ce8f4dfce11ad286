import { Module } from '@nestjs/common';
import { CronModule } from '../platform/cron/cron.module.js';
import { AccountNews } from './handlers/account-news.handler.js';
import { ErrorLog } from './error-log.handler.js';
import { HeardConsent } from './handlers/heard-consent.service.js';
import { IdentityChanges } from './handlers/identity-change.handler.js';
import { InboundMessages } from './handlers/inbound-messages.handler.js';
import { People } from './handlers/people.handler.js';
import { Statuses } from './handlers/statuses.handler.js';
import { WebhookBatch } from './processing/webhook-batch.service.js';
import { WebhookHandlers } from './processing/webhook-handlers.service.js';
import { WebhookProcessor } from './processing/webhook-processor.service.js';
import { WebhookRetention } from './inbox/webhook-retention.service.js';

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
