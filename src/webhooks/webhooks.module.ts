import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DescribesPaths } from '../platform/openapi/document.js';
import { WebhookEvent } from './webhook-event.entity.js';
import { WebhookEventsController } from './webhook-events.controller.js';
import { WebhookEventsService } from './webhook-events.service.js';
import { WebhookInbox } from './webhook-inbox.service.js';
import { WebhookMetrics } from './webhook-metrics.service.js';
import { WEBHOOK_PATHS } from './webhook-paths.js';
import { WebhookSecrets } from './webhook-secrets.service.js';
import { WebhookRoutes } from './webhook.routes.js';

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
