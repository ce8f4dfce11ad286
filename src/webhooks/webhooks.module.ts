import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DescribesPaths } from '../platform/openapi/document.js';
import { WebhookEvent } from './inbox/webhook-event.entity.js';
import { WebhookEventsController } from './inbox/webhook-events.controller.js';
import { WebhookEvents } from './inbox/webhook-events.service.js';
import { WebhookInbox } from './inbox/webhook-inbox.service.js';
import { WebhookMetrics } from './inbox/webhook-metrics.service.js';
import { WEBHOOK_PATHS } from './inbox/webhook-paths.js';
import { WebhookSecrets } from './inbox/webhook-secrets.service.js';
import { ReopenedEvents } from './inbox/reopened-events.service.js';
import { WebhookRoutes } from './inbox/webhook.routes.js';
import { AccountNewsHandler } from './handlers/account-news.handler.js';
import { NumberErrorsHandler } from './handlers/number-errors.handler.js';
import { CatalogNewsHandler } from './handlers/catalog-news.handler.js';
import { ConsentConfirmations } from './handlers/consent-confirmations.service.js';
import { StatusPeople } from './handlers/status-people.service.js';
import { HeardConsent } from './handlers/heard-consent.service.js';
import { IdentityChangeHandler } from './handlers/identity-change.handler.js';
import { InboundMessageHandler } from './handlers/inbound-messages.handler.js';
import { LinksModule } from '../links/links.module.js';
import { CampaignReplies } from './handlers/campaign-replies.service.js';
import { CartTapsHandler } from './handlers/cart-taps.handler.js';
import { OrdersHandler } from './handlers/orders.handler.js';
import { OwnStatuses } from './handlers/own-statuses.service.js';
import { PaymentsHandler } from './handlers/payments.handler.js';
import { PeopleHandler } from './handlers/people.handler.js';
import { ProductClicksHandler } from './handlers/product-clicks.handler.js';
import { StatusHandler } from './handlers/statuses.handler.js';
import { EventReader } from './processing/event-reader.service.js';
import { WebhookBatch } from './processing/webhook-batch.service.js';
import { WebhookHandlers } from './processing/webhook-handlers.service.js';
import { WebhookProcessor } from './processing/webhook-processor.service.js';
import { WebhookRetention } from './inbox/webhook-retention.service.js';
import { AccessModule } from '../access/access.module.js';
import { SendersModule } from '../senders/senders.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { RecipientsModule } from '../recipients/recipients.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { ProductMessagesModule } from '../product-messages/product-messages.module.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { SendingModule } from '../sending/sending.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';

@DescribesPaths(WEBHOOK_PATHS)
@Module({})
export class WebhooksModule {
  static readonly for = perRole(
    () => WebhooksModule,
    ({ inApi, inWorker, role }) => ({
      imports: [
        TypeOrmModule.forFeature([WebhookEvent]),
        AccessModule.for(role),
        SendersModule.for(role),
        TemplatesModule.for(role),
        CustomersModule.for(role),
        RecipientsModule.for(role),
        MessagesModule.for(role),
        LinksModule.for(role),
        CatalogModule.for(role),
        OrdersModule.for(role),
        ProductMessagesModule.for(role),
        CampaignsModule.for(role),
        SendingModule.for(role),
        ...inWorker(TimetableModule),
      ],
      controllers: inApi(WebhookEventsController),
      providers: [
        WebhookMetrics,
        WebhookSecrets,
        ...inApi(WebhookEvents, WebhookInbox, WebhookRoutes),
        ...inWorker(
          WebhookHandlers,
          EventReader,
          WebhookBatch,
          WebhookProcessor,
          WebhookRetention,
          ReopenedEvents,
          HeardConsent,
          OwnStatuses,
          AccountNewsHandler,
          ConsentConfirmations,
          PeopleHandler,
          IdentityChangeHandler,
          CampaignReplies,
          InboundMessageHandler,
          OrdersHandler,
          CartTapsHandler,
          PaymentsHandler,
          StatusPeople,
          StatusHandler,
          NumberErrorsHandler,
          CatalogNewsHandler,
          ProductClicksHandler,
        ),
      ],
    }),
  );
}
