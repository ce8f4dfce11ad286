import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DescribesPaths } from '../platform/openapi/document.js';
import { WebhookEvent } from './inbox/webhook-event.entity.js';
import { WebhookEventsController } from './inbox/webhook-events.controller.js';
import { WebhookEventsService } from './inbox/webhook-events.service.js';
import { WebhookInbox } from './inbox/webhook-inbox.service.js';
import { WebhookMetrics } from './inbox/webhook-metrics.service.js';
import { WEBHOOK_PATHS } from './inbox/webhook-paths.js';
import { WebhookSecrets } from './inbox/webhook-secrets.service.js';
import { WebhookRoutes } from './inbox/webhook.routes.js';

/** Global, so that what only workers do finds the one instance of everything. */
@Global()
@DescribesPaths(WEBHOOK_PATHS)
@Module({
  imports: [TypeOrmModule.forFeature([WebhookEvent])],
  providers: [WebhookMetrics, WebhookSecrets],
  exports: [WebhookMetrics, WebhookSecrets],
})
export class WebhooksModule {
  static withRoutes(): DynamicModule {
    return {
      module: WebhooksModule,
      controllers: [WebhookEventsController],
      providers: [WebhookEventsService, WebhookInbox, WebhookRoutes],
    };
  }
}
