import type { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { nextTick } from '../../rules/calendar/cron.js';
import { dayOfRun } from '../../rules/calendar/day-of-run.js';
import { addDays, type Day, dayAt, startOfDay } from '../../rules/calendar/day.js';
import { closesAt, isOpen, nextOpening, type SendWindow } from '../../rules/calendar/send-window.js';
import { type StoredWindow, windowOf } from './campaign-window.js';

export interface CampaignHours extends StoredWindow {
  timeZone: string;
}

/**
 * The days and hours of one campaign at one instant. Falls back to the installation's settings. Days are always those of
 * the campaign's clock; the window may be read on another one (`windowZone`).
 */
export class CampaignCalendar {
  readonly timeZone: string;
  readonly window: SendWindow | null;

  constructor(
    private readonly campaign: CampaignHours,
    private readonly settings: CalendarSettings,
    readonly now: Date,
    readonly windowZone: string = campaign.timeZone,
  ) {
    this.timeZone = campaign.timeZone;
    this.window = windowOf(campaign, settings.sendWindow);
  }

  /** The same days, with the window on the clock of a recipient. */
  in(windowZone: string): CampaignCalendar {
    return new CampaignCalendar(this.campaign, this.settings, this.now, windowZone);
  }

  get today(): Day {
    return dayAt(this.now, this.timeZone);
  }

  /** Midnight of today in the campaign's time zone. */
  get dayBegins(): Date {
    return startOfDay(this.today, this.timeZone);
  }

  /** When the next day begins. */
  get dayEnds(): Date {
    return startOfDay(addDays(this.today, 1), this.timeZone);
  }

  get isOpen(): boolean {
    return isOpen(this.window, this.now, this.windowZone);
  }

  /** When messages may go out next: now, while the window is open. */
  get opensAt(): Date {
    return nextOpening(this.window, this.now, this.windowZone);
  }

  /** When the window that is open now closes; null while it is closed, or when it never closes. */
  get closesAt(): Date | null {
    return closesAt(this.window, this.now, this.windowZone);
  }

  /** The next daily run, in the installation's time zone. */
  get nextRun(): Date {
    return nextTick(this.settings.dailyRunAt, this.settings.timeZone, this.now);
  }

  /** Whether a daily run of today comes before the window has closed for the day. */
  get isReachedByRun(): boolean {
    const before = new Date(this.dayBegins.getTime() - 1);
    const firstRun = nextTick(this.settings.dailyRunAt, this.settings.timeZone, before);
    return nextOpening(this.window, firstRun, this.windowZone) < this.dayEnds;
  }

  /** The day whose recipients a daily run at this instant releases. */
  get dayOfRun(): Day {
    return dayOfRun(this.window, this.now, this.timeZone, this.nextRun);
  }
}
