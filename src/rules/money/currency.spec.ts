import { describe, expect, it } from '@jest/globals';
import { assertDecimals, decimalsAtMeta, decimalsOf, isCurrency } from './currency.js';
import { parseMoney } from './money.js';

describe('currencies', () => {
  it.each(['INR', 'USD', 'EUR', 'JPY', 'KWD', 'BRL'])('knows %s', (code) => {
    expect(isCurrency(code)).toBe(true);
  });

  it.each(['XYZ', 'RUPEES', 'inr', 'IN', '', 'INR '])('does not know "%s"', (code) => {
    expect(isCurrency(code)).toBe(false);
  });

  it.each<[string, number]>([
    ['JPY', 0],
    ['KRW', 0],
    ['COP', 0],
    ['HUF', 0],
    ['INR', 2],
    ['USD', 2],
    ['KWD', 2],
    ['BHD', 2],
    ['JOD', 2],
  ])('%s has %i decimals: the fewest that ISO 4217 and Meta allow, and at most 2', (code, decimals) => {
    expect(decimalsOf(code)).toBe(decimals);
  });

  it.each<[string, number]>([
    ['JPY', 0],
    ['COP', 0],
    ['BHD', 2],
    ['XOF', 2],
    ['INR', 2],
  ])("%s has %i decimals in Meta's catalogue, which need not be those of ISO 4217", (code, decimals) => {
    expect(decimalsAtMeta(code)).toBe(decimals);
  });

  it('accepts 45000.00 yen, which is whole, and rejects 45000.50', () => {
    expect(() => {
      assertDecimals(parseMoney('45000.00'), 'JPY');
    }).not.toThrow();
    expect(() => {
      assertDecimals(parseMoney('45000.50'), 'JPY');
    }).toThrow('JPY has no decimals');
    expect(() => {
      assertDecimals(parseMoney('45000.50'), 'INR');
    }).not.toThrow();
  });
});
