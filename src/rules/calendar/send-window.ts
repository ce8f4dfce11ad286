import { DomainError } from '../errors/domain-error.js';
import { addDays, type Day, dayAt } from './day.js';
import { wallClockSpans } from './wall-clock.js';

/**
 * The hours of the local clock in which messages may go out, from `start` until just before `end`, both 'HH:MM'. An
 * end at or before the start lies on the next day: 21:00-06:00 is a night. Null is always open.
 *
 * Local wall-clock time decides. A skipped hour offers no time; an hour that occurs twice offers both.
 */
export interface SendWindow {
  start: string;
  end: string;
}

export interface Opening {
  from: Date;
  to: Date;
}

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
// Every day has its window unless the clock skips all of it, and no zone ever skipped two days in a row.
const LONGEST_WAIT_DAYS = 8;

/**
 * `00:00-24:00` is the whole day, and the only way to say so: `09:00-09:00` could mean all day or never, so it is
 * rejected. `24:00` is valid as an end only.
 */
export function sendWindow(start: string, end: string): SendWindow | null {
  if (start === '00:00' && end === '24:00') return null;
  const window = { start, end: end === '24:00' ? '00:00' : end };
  if (!TIME.test(window.start) || !TIME.test(window.end)) {
    throw badWindow(`"${start}-${end}" is not a send window: two times are expected, as in 09:00-21:00.`);
  }
  if (window.start === window.end) {
    throw badWindow(`The send window ${start}-${end} has no length; the whole day is written 00:00-24:00.`);
  }
  return window;
}

export function parseSendWindow(text: string): SendWindow | null {
  const [start = '', end = '', ...rest] = text.split('-').map((part) => part.trim());
  if (rest.length > 0) throw badWindow(`"${text}" is not a send window: 09:00-21:00 is expected.`);
  return sendWindow(start, end);
}

export function isOpen(window: SendWindow | null, instant: Date, zone: string): boolean {
  return nextOpening(window, instant, zone).getTime() === instant.getTime();
}

/** The first instant from this one on at which the window is open: the instant itself when it is open. */
export function nextOpening(window: SendWindow | null, instant: Date, zone: string): Date {
  if (window === null) return instant;
  const today = dayAt(instant, zone);
  for (let n = 0; n <= LONGEST_WAIT_DAYS; n++) {
    const opening = openingsOn(window, addDays(today, n), zone).find(({ to }) => to > instant);
    if (opening !== undefined) return opening.from > instant ? opening.from : instant;
  }
  throw new RangeError(`the window ${window.start}-${window.end} never opens in ${zone}`);
}

/** When the opening that contains this instant ends; null when the window is closed, or never closes. */
export function closesAt(window: SendWindow | null, instant: Date, zone: string): Date | null {
  if (window === null) return null;
  const today = dayAt(instant, zone);
  let end: Date | null = null;
  for (let n = 0; n <= LONGEST_WAIT_DAYS; n++) {
    for (const { from, to } of openingsOn(window, addDays(today, n), zone)) {
      if (to <= instant) continue;
      if (from > (end ?? instant)) return end;
      end = to;
    }
  }
  return end;
}

/** The open minutes that belong to one calendar day, in real time; time before `from` does not count. */
export function openMinutesOn(window: SendWindow | null, day: Day, zone: string, from?: Date): number {
  let openMs = 0;
  for (const opening of openingsOn(window, day, zone)) {
    const start = Math.max(opening.from.getTime(), from?.getTime() ?? -Infinity);
    openMs += Math.max(0, opening.to.getTime() - start);
  }
  return openMs / MINUTE_MS;
}

/** The stretches of one calendar day in which the window is open, in order. */
export function openingsOn(window: SendWindow | null, day: Day, zone: string): Opening[] {
  const openings: Opening[] = [];
  for (const span of wallClockSpans(day, zone)) {
    for (const [start, end] of minutesOfDay(window)) {
      const from = Math.max(span.from, span.midnight + start * MINUTE_MS);
      const to = Math.min(span.to, span.midnight + end * MINUTE_MS);
      if (from < to) openings.push({ from: new Date(from), to: new Date(to) });
    }
  }
  return openings;
}

function minutesOfDay(window: SendWindow | null): [number, number][] {
  if (window === null) return [[0, DAY_MINUTES]];
  const start = minuteOf(window.start);
  const end = minuteOf(window.end);
  if (start < end) return [[start, end]];
  return [
    [0, end],
    [start, DAY_MINUTES],
  ];
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

function badWindow(detail: string): DomainError {
  return new DomainError('invalid', 'bad_send_window', detail);
}
