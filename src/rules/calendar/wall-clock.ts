import { Temporal } from 'temporal-polyfill';
import { addDays, type Day, startOfDay } from './day.js';

/**
 * A stretch of a calendar day without a clock change. `midnight` is the instant at which the clock would have shown
 * 00:00, so wall-clock time is `instant - midnight`.
 */
export interface WallClockSpan {
  from: number;
  to: number;
  midnight: number;
}

const DAY_MS = 86_400_000;

// A plan of 100 campaigns over 4,000 days looks up each day 100 times: 15 s without this cache, 0.4 s with it.
const known = new Map<string, WallClockSpan[]>();
const MAX_KNOWN = 10_000;

/** One span on most days, two on the day of a clock change, none on a day that the zone skipped. */
export function wallClockSpans(day: Day, zone: string): readonly WallClockSpan[] {
  const key = `${day} ${zone}`;
  let spans = known.get(key);
  if (spans === undefined) {
    if (known.size === MAX_KNOWN) known.clear();
    spans = findSpans(day, zone);
    known.set(key, spans);
  }
  return spans;
}

function findSpans(day: Day, zone: string): WallClockSpan[] {
  const end = startOfDay(addDays(day, 1), zone).getTime();
  let from = startOfDay(day, zone).getTime();
  const spans: WallClockSpan[] = [];
  while (from < end) {
    const start = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
    const midnight = Date.parse(`${day}T00:00:00Z`) - start.offsetNanoseconds / 1e6;
    // Asking for the next clock change is slow, and a day that has its 24 hours has none.
    const isEven = spans.length === 0 && end - from === DAY_MS;
    const change = isEven ? null : start.getTimeZoneTransition('next');
    const to = change === null ? end : Math.min(end, change.epochMilliseconds);
    spans.push({ from, to, midnight });
    from = to;
  }
  return spans;
}
