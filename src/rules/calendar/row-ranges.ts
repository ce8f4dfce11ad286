import type { DailyBatch } from './plan-schedule.js';
import type { Day } from './day.js';

/** Rows `from` to `to`, counted from 1 in insertion order, both included, belong to the day. */
export interface RowRange {
  day: Day;
  from: number;
  to: number;
}

/** A plan as ranges of row numbers: one UPDATE that joins them to row_number() dates every recipient. */
export function rowRanges(batches: readonly DailyBatch[]): RowRange[] {
  let last = 0;
  return batches.map(({ day, count }) => {
    const from = last + 1;
    last += count;
    return { day, from, to: last };
  });
}
