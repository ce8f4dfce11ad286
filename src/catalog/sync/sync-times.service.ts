import { Injectable } from '@nestjs/common';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { SyncSettings } from './sync-settings.js';

/** When the nightly read is, and on whose clock. */
@Injectable()
export class SyncTimes {
  readonly timeZone: string;
  readonly catalogSyncAt: string;

  constructor(calendar: CalendarSettings, settings: SyncSettings) {
    this.timeZone = calendar.timeZone;
    this.catalogSyncAt = settings.catalogSyncAt;
  }
}
