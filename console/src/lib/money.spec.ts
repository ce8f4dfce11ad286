import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { centsOf, minus, sayAmount, typedAmount, writeCents } from './money.ts';

describe('an amount', () => {
  it('is read back as it was written, however large', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }), (cents) => {
        expect(centsOf(writeCents(cents))).toBe(cents);
      }),
    );
  });

  it('is subtracted to the cent', () => {
    expect(minus('90071992547409.93', '0.01')).toBe('90071992547409.92');
    expect(minus('0.10', '0.30')).toBe('-0.20');
  });

  it.each([
    ['4600.00', 'INR', '₹4,600'],
    ['4600.50', 'INR', '₹4,600.50'],
    ['-12.00', 'EUR', '-€12'],
    ['45000.00', 'JPY', '¥45,000'],
    ['900719925474099.93', 'EUR', '€900,719,925,474,099.93'],
  ])('%s %s is said as %s', (amount, currency, said) => {
    expect(sayAmount(amount, currency, 'en-GB')).toBe(said);
  });
});

describe('a typed amount', () => {
  it.each([
    ['4600', '4600.00'],
    [' 4,600.5 ', '4600.50'],
    ['1,20,000', '120000.00'],
    ['1.234,50', '1234.50'],
    ['₹ 99.90', '99.90'],
    ['1,234', '1234.00'],
    ['0', '0.00'],
  ])('%j is %s', (typed, amount) => {
    expect(typedAmount(typed)).toBe(amount);
  });

  it.each(['', 'free', '-5', '1.2.3', '1,2,3', '12,34,5', '1e5', '99.999,1,2', '9'.repeat(20)])(
    '%j is none',
    (typed) => {
      expect(typedAmount(typed)).toBeUndefined();
    },
  );
});
