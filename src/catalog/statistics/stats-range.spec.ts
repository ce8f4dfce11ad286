import { describe, expect, it } from '@jest/globals';
import { daysOf, readRange } from './stats-range.js';

// In Kolkata it is the next day already.
const AT = { now: new Date('2025-06-30T20:00:00Z'), timeZone: 'Asia/Kolkata' };

describe('the days of a statistic', () => {
  it.each<[{ from?: string; to?: string }, string, string]>([
    [{}, '2025-06-02', '2025-07-01'],
    [{ to: '2025-03-01' }, '2025-01-31', '2025-03-01'],
    [{ from: '2025-06-15' }, '2025-06-15', '2025-07-01'],
    [{ from: '2024-01-01', to: '2024-12-31' }, '2024-01-01', '2024-12-31'],
    [{ from: '2025-07-01', to: '2025-07-01' }, '2025-07-01', '2025-07-01'],
  ])('%j are %s to %s', (asked, from, to) => {
    expect(readRange(asked, AT)).toEqual({ from, to });
  });

  it.each([
    [{ from: '2025-02-30' }, 'from'],
    [{ to: 'today' }, 'to'],
    [{ from: '2025-07-02' }, 'from'],
    [{ from: '2024-01-01', to: '2025-01-01' }, 'from'],
  ])('%j is rejected', (asked, field) => {
    expect(() => readRange(asked, AT)).toThrow(
      expect.objectContaining({ kind: 'invalid', extra: { errors: [expect.objectContaining({ field })] } }),
    );
  });

  it('include both ends', () => {
    expect(daysOf({ from: '2024-02-28', to: '2024-03-01' })).toEqual([
      '2024-02-28',
      '2024-02-29',
      '2024-03-01',
    ]);
  });
});
