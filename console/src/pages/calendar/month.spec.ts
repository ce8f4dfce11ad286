import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { monthOf, otherMonth } from './month.ts';

describe('a month of the calendar', () => {
  it('is whole weeks that begin where weeks begin', () => {
    const monday = monthOf('2025-01', 1);
    expect([monday.first, monday.last, monday.weeks.length]).toEqual(['2025-01-01', '2025-01-31', 5]);
    expect(monday.weeks[0]?.[0]).toBe('2024-12-30');
    expect(monthOf('2025-01', 7).weeks[0]?.[0]).toBe('2024-12-29');
    expect(monthOf('2025-02', 6).weeks[0]?.[0]).toBe('2025-02-01');
    expect(monthOf('2024-02', 1).last).toBe('2024-02-29');
  });

  it('has every day of it once, whatever the month', () => {
    const year = fc.integer({ min: 1990, max: 2100 });
    const month = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(year, month, fc.integer({ min: 1, max: 7 }), (y, m, firstDay) => {
        const { name, first, last, weeks } = monthOf(`${y}-${String(m).padStart(2, '0')}`, firstDay);
        const inside = weeks.flat().filter((day) => day.startsWith(name));
        expect(inside).toHaveLength(Number(last.slice(-2)));
        expect([inside[0], inside.at(-1)]).toEqual([first, last]);
      }),
    );
  });

  it('has neighbours over the year', () => {
    expect([otherMonth('2024-12', 1), otherMonth('2025-01', -1)]).toEqual(['2025-01', '2024-12']);
  });
});
