import { Temporal } from 'temporal-polyfill';

/**
 * One time by law, although the time zone database lists a second zone: for places where another clock is in use beside
 * the official one.
 */
const BY_LAW: Readonly<Record<string, string>> = { CN: 'Asia/Shanghai', UA: 'Europe/Kyiv' };

/** The zone that speaks for a country whose zones all show the same time; elsewhere it is the first of them. */
const MAIN: Readonly<Record<string, string>> = {
  AR: 'America/Argentina/Buenos_Aires',
  CY: 'Asia/Nicosia',
  MH: 'Pacific/Majuro',
  UZ: 'Asia/Tashkent',
};

/** Node.js keeps the former names of these. */
const RENAMED: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
};

/** On the first of each month of these years: enough to tell apart zones of one country that differ at any season. */
const YEARS = [2026, 2027];

/**
 * The zone of a country (`IN`) where everybody has the same time; null where there are several (`US`), or none is known.
 * Two zones that show the same time are one: Germany has Busingen beside Berlin.
 */
export function zoneOfCountry(country: string): string | null {
  const [byLaw, zones] = [BY_LAW[country], zonesOf(country)];
  if (byLaw !== undefined) return byLaw;
  const [first] = zones;
  if (first === undefined || zones.some((zone) => !showSameTime(first, zone))) return null;
  return MAIN[country] ?? RENAMED[first] ?? first;
}

export function showSameTime(one: string, other: string): boolean {
  return one === other || timesOf(one) === timesOf(other);
}

const known = new Map<string, string>();

function timesOf(zone: string): string {
  let times = known.get(zone);
  if (times === undefined) {
    times = YEARS.flatMap((year) => Array.from({ length: 12 }, (_, month) => Date.UTC(year, month, 1)))
      .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).offset)
      .join();
    known.set(zone, times);
  }
  return times;
}

interface ZonedLocale {
  getTimeZones?: () => string[] | undefined;
  timeZones?: string[];
}

/** Node.js 20 has a property, later ones a method. */
function zonesOf(country: string): string[] {
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & ZonedLocale;
  return locale.getTimeZones?.() ?? locale.timeZones ?? [];
}
