import type { SendWindow } from './send-window.js';

/** The installation's day: what holds for every campaign that sets nothing of its own. */
export abstract class CalendarSettings {
  abstract readonly timeZone: string;
  /** Cron expression of the daily run, in `timeZone`. */
  abstract readonly dailyRunAt: string;
  /** Null: messages may go out at any hour. */
  abstract readonly sendWindow: SendWindow | null;
}
