import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { EventsModule } from '../events/events.module.js';
import { OutboundModule } from '../platform/outbound/outbound.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { Deliveries } from './deliveries/deliveries.service.js';
import { DeliveryResults } from './deliveries/delivery-results.service.js';
import { EndpointFailures } from './deliveries/endpoint-failures.service.js';
import { WebhookCall } from './deliveries/webhook-call.client.js';
import { WebhookConsumer } from './deliveries/webhook-consumer.service.js';
import { WebhookDeliveriesController } from './deliveries/webhook-deliveries.controller.js';
import { WebhookMessageRetention } from './deliveries/webhook-message-retention.service.js';
import { WebhookSender } from './deliveries/webhook-sender.service.js';
import { EndpointAddress } from './endpoints/endpoint-address.service.js';
import { WebhookEndpointsController } from './endpoints/webhook-endpoints.controller.js';
import { WebhookEndpoints } from './endpoints/webhook-endpoints.service.js';
import { CustomEventsController } from './custom-events/custom-events.controller.js';
import { ToldEvents } from './custom-events/told-events.service.js';
import { EventStreamController } from './live/event-stream.controller.js';
import { EventStreams } from './live/event-streams.service.js';
import { NoticesController } from './notices/notices.controller.js';
import { Notices } from './notices/notices.service.js';

/** What we tell others: webhooks that go out, and notices for people. */
@Module({})
export class NotificationsModule {
  static readonly for = perRole(
    () => NotificationsModule,
    ({ inApi, inWorker, role }) => ({
      imports: [
        AccessModule.for(role),
        CustomersModule.for(role),
        EventsModule.for(role),
        OutboundModule,
        ...inWorker(TimetableModule),
      ],
      controllers: inApi(
        WebhookDeliveriesController,
        WebhookEndpointsController,
        NoticesController,
        EventStreamController,
        CustomEventsController,
      ),
      providers: [
        EndpointAddress,
        WebhookEndpoints,
        WebhookConsumer,
        Notices,
        ...inApi(Deliveries, EventStreams, ToldEvents),
        ...inWorker(WebhookCall, DeliveryResults, EndpointFailures, WebhookSender, WebhookMessageRetention),
      ],
      exports: [Notices],
    }),
  );
}
