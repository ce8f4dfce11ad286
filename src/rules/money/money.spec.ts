import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  allocateMoney,
  compareMoney,
  formatMoney,
  MAX_PRICE,
  MAX_TOTAL,
  multiplyMoney,
  parseCurrency,
  parseMoney,
  sumMoney,
  within,
} from './money.js';

const amounts = fc.bigInt({ min: -MAX_TOTAL, max: MAX_TOTAL });
const refusal = (code: string) => expect.objectContaining({ kind: 'invalid', code });

describe('parseMoney', () => {
  it.each<[string | number, bigint]>([
    ['45000.00', 4_500_000n],
    ['45000', 4_500_000n],
    ['0.5', 50n],
    ['0', 0n],
    ['9999999999999.99', MAX_TOTAL],
    [19.99, 1_999n], // 19.99 * 100 is 1998.9999999999998
    [1.15, 115n], // 1.15 * 100 is 114.99999999999999
    [45000, 4_500_000n],
    [9999999999999.99, MAX_TOTAL],
    [1e3, 100_000n],
    [-0, 0n],
  ])('reads %p as %p hundredths', (input, cents) => {
    expect(parseMoney(input)).toBe(cents);
  });

  it.each<[string, string | number]>([
    ['three decimals', '1.005'],
    ['three decimals in a number', 1.005],
    ['what 0.1 + 0.2 leaves', 0.1 + 0.2],
    ['a negative amount', '-1.00'],
    ['a negative number', -1],
    ['not a number', NaN],
    ['infinity', Infinity],
    ['an exponent', '1e3'],
    ['a number that is only writable with an exponent', 1e21],
    ['a number too small to write out', 1e-7],
    ['more than the column holds', '10000000000000.00'],
    ['a number beyond what doubles tell apart', 2 ** 60],
    ['nothing', ''],
    ['a space', ' 1.00'],
    ['a thousands separator', '45,000.00'],
    ['a decimal comma', '45,5'],
    ['a plus sign', '+1.00'],
    ['a bare point', '.5'],
    ['a point without decimals', '5.'],
    ['leading zeros', '007'],
    ['hexadecimal', '0x10'],
    ['a currency', '45000.00 INR'],
  ])('refuses %s: %p', (_, input) => {
    expect(() => parseMoney(input)).toThrow(refusal('bad_amount'));
  });

  it('takes negative amounts where they are allowed', () => {
    expect(parseMoney('-0.05', { allowNegative: true })).toBe(-5n);
    expect(() => parseMoney('-10000000000000', { allowNegative: true })).toThrow(refusal('bad_amount'));
  });

  it('checks the bound of the column it is for', () => {
    expect(parseMoney('99999999.99', { max: MAX_PRICE })).toBe(MAX_PRICE);
    expect(() => parseMoney('100000000', { max: MAX_PRICE })).toThrow(
      'The amount 100000000.00 is larger than 99999999.99.',
    );
  });
});

describe('formatMoney', () => {
  it.each([
    [4_500_000n, '45000.00'],
    [5n, '0.05'],
    [0n, '0.00'],
    [-5n, '-0.05'],
    [-123n, '-1.23'],
    [MAX_TOTAL, '9999999999999.99'],
  ])('writes %p as %s', (cents, text) => {
    expect(formatMoney(cents)).toBe(text);
  });

  it('is undone by parseMoney, as text and as the JSON number', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        const text = formatMoney(amount);
        expect(parseMoney(text, { allowNegative: true })).toBe(amount);
        expect(parseMoney(JSON.parse(text) as number, { allowNegative: true })).toBe(amount);
      }),
    );
  });
});

describe('arithmetic', () => {
  it('adds, multiplies and compares without rounding', () => {
    expect(sumMoney([10n, 20n, parseMoney('0.10')])).toBe(40n);
    expect(sumMoney([])).toBe(0n);
    expect(multiplyMoney(parseMoney('19.99'), 3)).toBe(parseMoney('59.97'));
    expect([compareMoney(1n, 2n), compareMoney(2n, 2n), compareMoney(3n, 2n)]).toEqual([-1, 0, 1]);
  });

  it.each([1.5, NaN, Infinity, 2 ** 53])('refuses to multiply by %p', (quantity) => {
    expect(() => multiplyMoney(100n, quantity)).toThrow(refusal('bad_quantity'));
  });

  it('refuses a result its column cannot hold', () => {
    expect(within(MAX_TOTAL, MAX_TOTAL)).toBe(MAX_TOTAL);
    expect(() => within(MAX_TOTAL + 1n, MAX_TOTAL)).toThrow(refusal('bad_amount'));
    expect(() => within(-MAX_TOTAL - 1n, MAX_TOTAL)).toThrow(refusal('bad_amount'));
  });
});

describe('allocateMoney', () => {
  it.each([
    { amount: 100n, weights: [1n, 1n, 1n], shares: [34n, 33n, 33n] },
    { amount: 101n, weights: [1n, 1n, 1n], shares: [34n, 34n, 33n] },
    { amount: -100n, weights: [1n, 1n, 1n], shares: [-34n, -33n, -33n] },
    { amount: 10n, weights: [1n, 2n], shares: [3n, 7n] },
    { amount: 5n, weights: [0n, 1n], shares: [0n, 5n] },
    { amount: 0n, weights: [3n, 4n], shares: [0n, 0n] },
  ])('$amount by $weights is $shares', ({ amount, weights, shares }) => {
    expect(allocateMoney(amount, weights)).toEqual(shares);
  });

  it('loses no cent and no share is off by more than one', () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10_000n }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(amounts, weights, (amount, parts) => {
        const total = sumMoney(parts);
        fc.pre(total > 0n);
        const shares = allocateMoney(amount, parts);
        expect(sumMoney(shares)).toBe(amount);
        shares.forEach((share, index) => {
          const offBy = share * total - amount * (parts[index] ?? 0n);
          expect(offBy < total && offBy > -total).toBe(true);
        });
      }),
    );
  });

  it.each([[[]], [[0n, 0n]], [[2n, -1n]]])('has no answer for the weights %j', (weights) => {
    expect(() => allocateMoney(100n, weights)).toThrow(RangeError);
  });
});

describe('parseCurrency', () => {
  it('takes three capital letters and nothing else', () => {
    expect(parseCurrency('INR')).toBe('INR');
    for (const bad of ['inr', 'IN', 'RUPEE', '', 'IN1', ' INR']) {
      expect(() => parseCurrency(bad)).toThrow(refusal('bad_currency'));
    }
  });
});
