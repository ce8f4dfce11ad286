import { dayOf, when } from './when.ts';

const DAY_MS = 86_400_000;

/** How far the clocks of a zone are ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  const text = `${dayOf(instant, zone)}T${when(instant, 'seconds', zone, 'en-GB')}Z`;
  return Date.parse(text) - Math.floor(instant / 1_000) * 1_000;
}

export interface WallTime {
  day: string;
  time: string;
}

/** What the clocks of the zone show. */
export function wallTimeOf(instant: string | number, zone: string): WallTime {
  return { day: dayOf(instant, zone), time: when(instant, 'time', zone, 'en-GB') };
}

/**
 * The instant at which the clocks of a zone show a time; undefined: there is no such day. A time that the clocks show
 * twice is the earlier one, and one that they leap over is as much later as they leap.
 */
export function instantOf({ day, time }: WallTime, zone: string): number | undefined {
  const wall = Date.parse(`${day}T${time}:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || !/^\d\d:\d\d$/.test(time) || Number.isNaN(wall)) return undefined;
  const offsets = [offsetAt(wall - DAY_MS, zone), offsetAt(wall + DAY_MS, zone)];
  const shown = offsets.map((offset) => wall - offset).filter((at) => at + offsetAt(at, zone) === wall);
  return shown.length > 0 ? Math.min(...shown) : wall - (offsets[0] ?? 0);
}
