import type { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { nextTick } from '../../rules/calendar/cron.js';
import { dayOfRun } from '../../rules/calendar/day-of-run.js';
import { type Day, dayAt, startOfDay } from '../../rules/calendar/day.js';
import { closesAt, isOpen, nextOpening, type SendWindow } from '../../rules/calendar/send-window.js';
import { type StoredWindow, windowOf } from './campaign-window.js';

export interface CampaignHours extends StoredWindow {
  timeZone: string;
}

/** The days and hours of one campaign at one instant. Falls back to the installation's settings. */
export class CampaignCalendar {
  readonly timeZone: string;
  readonly window: SendWindow | null;

  constructor(
    campaign: CampaignHours,
    private readonly settings: CalendarSettings,
    readonly now: Date,
  ) {
    this.timeZone = campaign.timeZone;
    this.window = windowOf(campaign, settings.sendWindow);
  }

  get today(): Day {
    return dayAt(this.now, this.timeZone);
  }

  /** Midnight of today in the campaign's time zone. */
  get dayBegins(): Date {
    return startOfDay(this.today, this.timeZone);
  }

  get isOpen(): boolean {
    return isOpen(this.window, this.now, this.timeZone);
  }

  /** When messages may go out next: now, while the window is open. */
  get opensAt(): Date {
    return nextOpening(this.window, this.now, this.timeZone);
  }

  /** When the window that is open now closes; null while it is closed, or when it never closes. */
  get closesAt(): Date | null {
    return closesAt(this.window, this.now, this.timeZone);
  }

  /** The next daily run, in the installation's time zone. */
  get nextRun(): Date {
    return nextTick(this.settings.dailyRunAt, this.settings.timeZone, this.now);
  }

  /** The day whose recipients a daily run at this instant releases. */
  get dayOfRun(): Day {
    return dayOfRun(this.window, this.now, this.timeZone, this.nextRun);
  }
}
