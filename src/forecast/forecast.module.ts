import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { RatesModule } from '../rates/rates.module.js';
import { SendersModule } from '../senders/senders.module.js';
import { CalendarController } from './calendar.controller.js';
import { CampaignCalendars } from './calendar.service.js';
import { ForecastPeople } from './forecast-people.service.js';
import { ForecastSubjects } from './forecast-subjects.service.js';
import { ForecastTurns } from './forecast-turns.service.js';
import { ForecastsController } from './forecasts.controller.js';
import { Forecasts } from './forecasts.service.js';

/** What will happen, before it does. It only reads. */
@Module({})
export class ForecastModule {
  static readonly for = perRole(
    () => ForecastModule,
    ({ inApi, role }) => ({
      imports: [
        AccessModule.for(role),
        CampaignsModule.for(role),
        CustomersModule.for(role),
        SendersModule.for(role),
        RatesModule.for(role),
      ],
      controllers: inApi(ForecastsController, CalendarController),
      providers: inApi(Forecasts, ForecastSubjects, ForecastPeople, ForecastTurns, CampaignCalendars),
    }),
  );
}
