import { Module } from '@nestjs/common';
import { SeriesCommandsController } from './api/series-commands.controller.js';
import { SeriesController } from './api/series.controller.js';
import { OccurrenceMaker } from './firing/occurrence-maker.service.js';
import { OccurrenceStarter } from './firing/occurrence-starter.service.js';
import { SeriesCommands } from './firing/series-commands.service.js';
import { SeriesFiring } from './firing/series-firing.service.js';
import { SeriesTimetable } from './firing/series-timetable.service.js';
import { SeriesWatch } from './firing/series-watch.service.js';
import { AllSeries } from './series/all-series.service.js';
import { OccurrenceBook } from './series/occurrence-book.service.js';
import { SeriesChecks } from './series/series-checks.service.js';
import { SeriesReading } from './series/series-reading.service.js';
import { AccessModule } from '../access/access.module.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { EventsModule } from '../events/events.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';

/** Campaigns that come again and again, each from the people of its hour. */
@Module({})
export class SeriesModule {
  static readonly for = perRole(
    () => SeriesModule,
    ({ inApi, inWorker, role }) => ({
      imports: [
        AccessModule.for(role),
        CampaignsModule.for(role),
        EventsModule.for(role),
        ...inWorker(TimetableModule),
      ],
      controllers: inApi(SeriesController, SeriesCommandsController),
      providers: [
        OccurrenceBook,
        OccurrenceMaker,
        SeriesChecks,
        ...inApi(AllSeries, SeriesReading, SeriesCommands),
        ...inWorker(SeriesWatch, OccurrenceStarter, SeriesFiring, SeriesTimetable),
      ],
    }),
  );
}
