import { addDays, type Day } from '../rules/calendar/day.js';

export interface DayFigures {
  sent: number;
  arrived: number;
  read: number;
  replied: number;
  failed: number;
}

export interface PlannedDay {
  date: Day;
  planned: number;
  campaigns: number;
}

const NOTHING: DayFigures = { sent: 0, arrived: 0, read: 0, replied: 0, failed: 0 };

/** A day without messages has no row, and is a day all the same. */
export function figuresOn(
  days: readonly (DayFigures & { date: Day })[],
  date: Day,
): DayFigures & { date: Day } {
  return days.find((one) => one.date === date) ?? { ...NOTHING, date };
}

export function weekFrom(first: Day, planned: readonly PlannedDay[]): PlannedDay[] {
  return Array.from({ length: 7 }, (_, index) => {
    const date = addDays(first, index);
    return planned.find((one) => one.date === date) ?? { date, planned: 0, campaigns: 0 };
  });
}

/** What is left of today in one campaign, and how fast it goes. */
export interface LeftToday {
  left: number;
  /** Messages a minute. */
  rate: number;
  /** Now, or when the window opens. */
  opensAt: Date;
  /** When the window closes that is open then; null: never. */
  closesAt: Date | null;
}

const MINUTE_MS = 60_000;

/**
 * When the last message of today goes out, as far as rates and windows tell; null when nothing is left. What does not
 * fit into the window waits for the next one, which is another day.
 */
export function untilWhen(campaigns: readonly LeftToday[]): Date | null {
  const ends = campaigns
    .filter(({ left }) => left > 0)
    .map(({ left, rate, opensAt, closesAt }) => {
      const end = opensAt.getTime() + Math.ceil(left / Math.max(rate, 1)) * MINUTE_MS;
      return closesAt === null ? end : Math.min(end, closesAt.getTime());
    });
  return ends.length === 0 ? null : new Date(Math.max(...ends));
}
