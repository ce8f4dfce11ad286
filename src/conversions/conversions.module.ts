import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { EventsModule } from '../events/events.module.js';
import { LinksModule } from '../links/links.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { AttributionRounds } from './attribution-rounds.service.js';
import { Attributions } from './attributions.service.js';
import { ConversionPeople } from './conversion-people.service.js';
import { ConversionRetention } from './conversion-retention.service.js';
import { ConversionsController } from './conversions.controller.js';
import { Conversions } from './conversions.service.js';
import { Revenues } from './revenues.service.js';

/** What messages led to: orders and what callers tell, and the campaign that each belongs to. */
@Module({})
export class ConversionsModule {
  static readonly for = perRole(
    () => ConversionsModule,
    ({ inApi, inWorker, role }) => ({
      imports: [
        AccessModule.for(role),
        CustomersModule.for(role),
        EventsModule.for(role),
        LinksModule.for(role),
        ...inWorker(TimetableModule),
      ],
      controllers: inApi(ConversionsController),
      providers: [
        Attributions,
        ConversionPeople,
        Revenues,
        ...inApi(Conversions),
        ...inWorker(AttributionRounds, ConversionRetention),
      ],
      exports: [Revenues],
    }),
  );
}
