import { DomainError } from '../../rules/errors/domain-error.js';
import { sendWindow, type SendWindow } from '../../rules/calendar/send-window.js';

/** How a campaign stores its window: its own two times, turned off, or nothing (the installation's window applies). */
export interface StoredWindow {
  sendWindowStart: string | null;
  sendWindowEnd: string | null;
  sendWindowOff: boolean;
}

/** Accepts both times, both null (no window), or neither (the default). */
export function storeWindow(start: string | null | undefined, end: string | null | undefined): StoredWindow {
  if (start === undefined && end === undefined) {
    return { sendWindowStart: null, sendWindowEnd: null, sendWindowOff: false };
  }
  if (start === null && end === null)
    return { sendWindowStart: null, sendWindowEnd: null, sendWindowOff: true };
  if (typeof start !== 'string' || typeof end !== 'string') {
    const detail = 'A send window needs both its start and its end; give null for both to send at any hour.';
    throw new DomainError('rule', 'bad_send_window', detail);
  }
  try {
    const window = sendWindow(start, end);
    if (window === null) return { sendWindowStart: null, sendWindowEnd: null, sendWindowOff: true };
    return { sendWindowStart: window.start, sendWindowEnd: window.end, sendWindowOff: false };
  } catch (error) {
    if (error instanceof DomainError) throw new DomainError('rule', error.code, error.message);
    throw error;
  }
}

export function windowOf(stored: StoredWindow, fallback: SendWindow | null): SendWindow | null {
  if (stored.sendWindowOff) return null;
  const { sendWindowStart: start, sendWindowEnd: end } = stored;
  return start === null || end === null ? fallback : { start, end };
}
