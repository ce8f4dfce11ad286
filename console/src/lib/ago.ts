const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const formats = new Map<string, Intl.RelativeTimeFormat>();

/** 12 minutes ago, by the largest unit that fits. What has just happened is `now`. */
export function ago(then: string, now: number, locale: string): string {
  const format = formats.get(locale) ?? new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  formats.set(locale, format);
  const seconds = Math.max(0, (now - Date.parse(then)) / 1_000);
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? ['second', Infinity];
  return format.format(-Math.floor(seconds / size), unit);
}
