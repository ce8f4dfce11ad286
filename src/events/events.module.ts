import { Module } from '@nestjs/common';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { CustomEvents } from './custom-events.service.js';
import { DomainEvents } from './domain-events.service.js';
import { EventConsumers } from './event-consumers.service.js';
import { EventDispatcher } from './event-dispatcher.service.js';
import { EventFeed } from './event-feed.service.js';
import { EventRetention } from './event-retention.service.js';
import { EventWants } from './event-wants.service.js';

@Module({})
export class EventsModule {
  static readonly for = perRole(
    () => EventsModule,
    ({ inApi, inWorker }) => ({
      imports: [...inWorker(TimetableModule)],
      providers: [
        EventWants,
        EventConsumers,
        DomainEvents,
        ...inApi(EventFeed, CustomEvents),
        ...inWorker(EventDispatcher, EventRetention),
      ],
      exports: [EventWants, EventConsumers, DomainEvents, ...inApi(EventFeed, CustomEvents)],
    }),
  );
}
