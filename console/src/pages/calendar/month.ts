import { addDays } from '../../lib/when.ts';

export const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Days since Monday; `first` is where the week begins, counted from 1 for Monday to 7 for Sunday. */
const weekdayOf = (day: string, first: number): number =>
  (new Date(`${day}T12:00:00Z`).getUTCDay() + 7 - (first % 7)) % 7;

export interface Month {
  /** YYYY-MM */
  name: string;
  first: string;
  last: string;
  /** Whole weeks; the days around the month belong to the neighbours. */
  weeks: string[][];
}

export function monthOf(name: string, firstWeekday: number): Month {
  const first = `${name}-01`;
  const last = addDays(`${otherMonth(name, 1)}-01`, -1);
  const start = addDays(first, -weekdayOf(first, firstWeekday));
  const weeks: string[][] = [];
  for (let day = start; day <= last; day = addDays(day, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, index) => addDays(day, index)));
  }
  return { name, first, last, weeks };
}

export function otherMonth(name: string, by: number): string {
  const [year = 1970, month = 1] = name.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + by, 1)).toISOString().slice(0, 7);
}
