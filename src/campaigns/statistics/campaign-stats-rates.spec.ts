import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { averageSeconds, percentage, percentText } from './campaign-stats-rates.js';

describe('rates', () => {
  it.each([
    { part: 2_500, whole: 10_000, number: 25, text: '25.00%' },
    { part: 2_400, whole: 2_500, number: 96, text: '96.00%' },
    { part: 92, whole: 95, number: 96.8, text: '96.84%' },
    { part: 78, whole: 92, number: 84.8, text: '84.78%' },
    { part: 1, whole: 8, number: 12.5, text: '12.50%' },
    { part: 1, whole: 16, number: 6.3, text: '6.25%' },
    { part: 999_999, whole: 1_000_000, number: 100, text: '100.00%' },
    { part: 0, whole: 0, number: 0, text: '0.00%' },
  ])('$part of $whole are $text', ({ part, whole, number, text }) => {
    expect(percentage(part, whole)).toBe(number);
    expect(percentText(part, whole)).toBe(text);
  });

  it('are off by no more than they are rounded', () => {
    const counts = fc
      .integer({ min: 1, max: 10_000_000 })
      .chain((whole) => fc.record({ whole: fc.constant(whole), part: fc.integer({ min: 0, max: whole }) }));
    fc.assert(
      fc.property(counts, ({ part, whole }) => {
        const exact = (100 * part) / whole;
        expect(Math.abs(percentage(part, whole) - exact)).toBeLessThan(0.0501);
        expect(Math.abs(Number.parseFloat(percentText(part, whole)) - exact)).toBeLessThan(0.00501);
      }),
    );
  });
});

it.each([
  [12_340, 1, 12.3],
  [100_000, 3, 33.3],
  [0, 5, 0],
  [0, 0, null],
])('%d ms over %d messages are %p seconds', (totalMs, count, seconds) => {
  expect(averageSeconds(totalMs, count)).toBe(seconds);
});
