import type { SendWindow } from '../../rules/calendar/send-window.js';

/** Whether a window is open at a time of day, HH:MM. One that ends before it starts lasts over midnight. */
export function isOpenAt(window: SendWindow | null, time: string): boolean {
  if (window === null) return true;
  const { start, end } = window;
  return start < end ? time >= start && time < end : time >= start || time < end;
}
