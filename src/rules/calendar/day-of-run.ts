import { type Day, dayAt } from './day.js';
import { closesAt, nextOpening, type SendWindow } from './send-window.js';

/**
 * The day that a daily run releases: today. A day whose window closes before the next run (a campaign that sends
 * early in the morning, or far east of the installation) would never be released, so this run takes it as well.
 */
export function dayOfRun(window: SendWindow | null, now: Date, zone: string, nextRun: Date): Day {
  const opens = nextOpening(window, now, zone);
  const closes = closesAt(window, opens, zone);
  return closes !== null && closes <= nextRun ? dayAt(opens, zone) : dayAt(now, zone);
}
