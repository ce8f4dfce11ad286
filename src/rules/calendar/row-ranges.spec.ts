import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from './day.js';
import { rowRanges } from './row-ranges.js';

describe('rowRanges', () => {
  it('gives day n the recipients (n-1)*limit+1 to n*limit', () => {
    expect(
      rowRanges([
        { day: '2025-01-15', count: 250 },
        { day: '2025-01-16', count: 250 },
        { day: '2025-01-18', count: 1 },
      ]),
    ).toEqual([
      { day: '2025-01-15', from: 1, to: 250 },
      { day: '2025-01-16', from: 251, to: 500 },
      { day: '2025-01-18', from: 501, to: 501 },
    ]);
    expect(rowRanges([])).toEqual([]);
  });

  it('covers every row once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_000 })), (counts) => {
        const ranges = rowRanges(counts.map((count, n) => ({ day: addDays('2025-01-15', n), count })));
        ranges.forEach(({ from, to }, n) => {
          expect(to - from + 1).toBe(counts[n]);
          expect(from).toBe((ranges[n - 1]?.to ?? 0) + 1);
        });
      }),
    );
  });
});
