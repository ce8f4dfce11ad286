import { Module } from '@nestjs/common';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { DomainEvents } from './domain-events.service.js';
import { EventConsumers } from './event-consumers.service.js';
import { EventDispatcher } from './event-dispatcher.service.js';
import { EventRetention } from './event-retention.service.js';
import { EventWants } from './event-wants.service.js';

@Module({})
export class EventsModule {
  static readonly for = perRole(
    () => EventsModule,
    ({ inWorker }) => ({
      imports: [...inWorker(TimetableModule)],
      providers: [EventWants, EventConsumers, DomainEvents, ...inWorker(EventDispatcher, EventRetention)],
      exports: [EventWants, EventConsumers, DomainEvents],
    }),
  );
}
