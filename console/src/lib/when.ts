const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter takes a hundred times as long as using it. */
function formatOf(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, known);
  return known;
}

const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const DAY = { day: 'numeric', month: 'short' } as const;

export type Shape = 'time' | 'seconds' | 'day' | 'dayYear' | 'weekday' | 'dayTime' | 'full' | 'weekdayShort';

const SHAPES: Readonly<Record<Shape, Intl.DateTimeFormatOptions>> = {
  time: TIME,
  seconds: { ...TIME, second: '2-digit' },
  day: DAY,
  dayYear: { ...DAY, year: 'numeric' },
  weekday: { ...DAY, weekday: 'short' },
  weekdayShort: { weekday: 'short' },
  dayTime: { ...DAY, ...TIME },
  full: { ...DAY, ...TIME, weekday: 'long', year: 'numeric' },
};

/** An instant on the clocks of a zone. */
export function when(instant: string | number, shape: Shape, zone: string, locale: string): string {
  return formatOf(locale, { ...SHAPES[shape], timeZone: zone }).format(new Date(instant));
}

/** A calendar day, which is the same in every zone. */
export function onDay(day: string, shape: 'day' | 'weekday' | 'weekdayShort', locale: string): string {
  return when(`${day}T12:00:00Z`, shape, 'UTC', locale);
}

/** The calendar day of an instant, as YYYY-MM-DD. */
export function dayOf(instant: string | number, zone: string): string {
  return formatOf('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    new Date(instant),
  );
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function hourOf(instant: number, zone: string): number {
  return Number(
    formatOf('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: zone }).format(new Date(instant)),
  );
}

/** `Asia/Kolkata` is shown by its city. */
export function cityOf(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** 4 s, 38 min, 2 h: the largest unit that leaves at least one. */
export function duration(seconds: number, locale: string): string {
  const [value, unit] =
    seconds < 90
      ? [seconds, 'second']
      : seconds < 5_400
        ? [seconds / 60, 'minute']
        : seconds < 172_800
          ? [seconds / 3_600, 'hour']
          : [seconds / 86_400, 'day'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 0 }).format(
    value < 1 ? Math.ceil(value) : value,
  );
}
