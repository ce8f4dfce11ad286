import { type Day, dayAt } from './day.js';
import { closesAt, nextOpening, type SendWindow } from './send-window.js';

/**
 * The day whose work a daily run lets go: today. But a day whose window is over before the next run comes, as of a
 * campaign that sends early in the morning or lives on the other side of the earth, would never be let go: it is this
 * run's, too.
 */
export function dayOfRun(window: SendWindow | null, now: Date, zone: string, nextRun: Date): Day {
  const opens = nextOpening(window, now, zone);
  const closes = closesAt(window, opens, zone);
  return closes !== null && closes <= nextRun ? dayAt(opens, zone) : dayAt(now, zone);
}
