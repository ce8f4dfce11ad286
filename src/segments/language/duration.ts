/** A length of time as people write it. Months and years are calendar months and years. */
export interface Duration {
  amount: number;
  unit: Unit;
}

/** The maximum of each is a hundred years: enough for any customer, and always within the calendar. */
const LONGEST = { hours: 876_000, days: 36_500, weeks: 5_200, months: 1_200, years: 100 } as const;
type Unit = keyof typeof LONGEST;

const UNITS: ReadonlyMap<string, Unit> = new Map([
  ...Object.keys(LONGEST).flatMap((unit) => [
    [unit, unit as Unit] as const,
    [unit.slice(0, -1), unit as Unit] as const,
    [unit.slice(0, 1), unit as Unit] as const,
  ]),
  ['mo', 'months'],
]);
const WORDS = /^(\d{1,6}) ?([a-z]+)$/i;
const ISO = /^P(?:(\d{1,6})([DWMY])|T(\d{1,6})H)$/;

export const DURATION_HINT = 'a length of time such as "30d", "6 months", "P30D", {"days": 30} or 30 (days)';

/** `30d`, `12 hours`, `P6M`, `{"months": 6}`, or a bare number of days. */
export function parseDuration(value: unknown): Duration | undefined {
  if (typeof value === 'number') return bounded(value, 'days');
  if (typeof value === 'string') return fromText(value);
  if (typeof value !== 'object' || value === null) return undefined;
  const [entry, ...more] = Object.entries(value) as [string, unknown][];
  if (entry === undefined || more.length > 0 || typeof entry[1] !== 'number') return undefined;
  return bounded(entry[1], unitOf(entry[0]));
}

function fromText(text: string): Duration | undefined {
  const [, amount, word] = WORDS.exec(text) ?? [];
  if (amount !== undefined && word !== undefined) return bounded(Number(amount), unitOf(word));
  const [, count, letter, hours] = ISO.exec(text) ?? [];
  if (hours !== undefined) return bounded(Number(hours), 'hours');
  return count === undefined || letter === undefined ? undefined : bounded(Number(count), unitOf(letter));
}

function unitOf(word: string): Unit | undefined {
  return UNITS.get(word.toLowerCase());
}

function bounded(amount: number, unit: Unit | undefined): Duration | undefined {
  if (unit === undefined || !Number.isInteger(amount) || amount < 1 || amount > LONGEST[unit])
    return undefined;
  return { amount, unit };
}

const HOUR_MS = 3_600_000;

/** `sign` 1 is later, -1 earlier. A month from January 31 is the last day of February. */
export function shift(instant: Date, { amount, unit }: Duration, sign: 1 | -1): Date {
  const by = amount * sign;
  switch (unit) {
    case 'hours':
      return new Date(instant.getTime() + by * HOUR_MS);
    case 'days':
      return new Date(instant.getTime() + by * 24 * HOUR_MS);
    case 'weeks':
      return new Date(instant.getTime() + by * 7 * 24 * HOUR_MS);
    case 'months':
      return byMonths(instant, by);
    case 'years':
      return byMonths(instant, by * 12);
  }
}

function byMonths(instant: Date, months: number): Date {
  const moved = new Date(instant);
  const day = instant.getUTCDate();
  moved.setUTCDate(1);
  moved.setUTCMonth(moved.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  moved.setUTCDate(Math.min(day, lastDay));
  return moved;
}
