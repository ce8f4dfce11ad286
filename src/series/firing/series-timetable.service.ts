import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Timetable } from '../../platform/timetable/timetable.js';
import { SeriesFiring } from './series-firing.service.js';
import { SeriesWatch } from './series-watch.service.js';

/** Looks after the series of all organizations. It decides by rows, so it may run twice, late, or after a week. */
@Injectable()
export class SeriesTimetable implements OnModuleInit {
  constructor(
    private readonly timetable: Timetable,
    private readonly watch: SeriesWatch,
    private readonly firing: SeriesFiring,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.watch.begin();
    this.timetable.register({
      name: 'series',
      // Not only at the minute: what waits for an earlier occurrence goes on a moment after it is over.
      expression: '*/2 * * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.firing.look(),
    });
  }
}
