import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  fromCatalogInteger,
  fromOffsetAmount,
  fromPriceText,
  nearestCents,
  toCatalogInteger,
  toOffsetAmount,
  toOffsetTexts,
  toPriceText,
  toThousandths,
} from './amount-encodings.js';
import { MAX_TOTAL, parseMoney } from './money.js';

const price = parseMoney('45000.00');
const amounts = fc.bigInt({ min: 0n, max: MAX_TOTAL });

describe('one price, many encodings', () => {
  it('writes INR 45,000.00 in each of them', () => {
    expect(toOffsetAmount(price)).toEqual({ value: 4_500_000, offset: 100 });
    expect(toOffsetTexts(price)).toEqual({ value: '4500000', offset: '100' });
    expect(toPriceText(price, 'INR')).toBe('45000.00 INR');
    expect(toThousandths(price)).toBe(45_000_000);
    expect(toCatalogInteger(price, 'INR')).toBe(4_500_000);
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        expect(fromOffsetAmount(toOffsetAmount(amount))).toBe(amount);
        expect(fromOffsetAmount(toOffsetTexts(amount))).toBe(amount);
        expect(fromPriceText(toPriceText(amount, 'BRL'))).toEqual({ amount, currency: 'BRL' });
        expect(BigInt(toThousandths(amount))).toBe(amount * 10n);
        expect(fromCatalogInteger(toCatalogInteger(amount, 'BHD'), 'BHD')).toBe(amount);
      }),
    );
  });
});

describe('an amount with an offset', () => {
  it.each([
    [{ value: 45_000, offset: 1 }, '45000.00'],
    [{ value: 45_000_000, offset: 1000 }, '45000.00'],
    [{ value: '4500000', offset: '100' }, '45000.00'],
  ])('%j is %s', (input, text) => {
    expect(fromOffsetAmount(input)).toBe(parseMoney(text));
  });

  it.each([
    { value: 1, offset: 1000 }, // a tenth of a cent
    { value: 100, offset: 0 },
    { value: 1.5, offset: 100 },
    { value: 'x', offset: 100 },
    { value: 1e15, offset: 1 },
  ])('%j is refused', (input) => {
    expect(() => fromOffsetAmount(input)).toThrow(expect.objectContaining({ code: 'bad_amount' }));
  });
});

describe('a price text', () => {
  it.each(['45000.00', '45000.00  INR', 'INR 45000.00', '45000.00 INR x', '45,000.00 INR', ''])(
    '"%s" is refused',
    (text) => {
      expect(() => fromPriceText(text)).toThrow(expect.objectContaining({ kind: 'invalid' }));
    },
  );
});

describe('the catalogue integer', () => {
  it('has no minor unit for some currencies', () => {
    expect(toCatalogInteger(parseMoney('45000'), 'JPY')).toBe(45_000);
    expect(fromCatalogInteger(45_000, 'JPY')).toBe(parseMoney('45000'));
    expect(() => toCatalogInteger(parseMoney('45000.50'), 'JPY')).toThrow(
      expect.objectContaining({ kind: 'rule', code: 'currency_without_decimals' }),
    );
  });
});

describe('nearestCents', () => {
  it.each<[number, string | null]>([
    [7.99, '7.99'],
    [45_000, '45000.00'],
    [19.989999771118164, '19.99'], // 19.99 after a 32-bit float
    [0.1 + 0.2, '0.30'],
    [-3.1, '-3.10'],
    [7.995, null],
    [0.001, null],
    [NaN, null],
    [Infinity, null],
    [1e21, null],
  ])('%p is %p', (value, text) => {
    expect(nearestCents(value)).toBe(text === null ? null : parseMoney(text, { allowNegative: true }));
  });
});
