import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { storeTimeZone } from './organizations.queries.js';

/** Writes down TIME_ZONE at every start, for the triggers that count by day. */
@Injectable()
export class InstallationClock implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly calendar: CalendarSettings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await storeTimeZone(this.database.manager, this.calendar.timeZone);
  }
}
