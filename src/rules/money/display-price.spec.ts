import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDisplayPrice, priceDecimals } from './display-price.js';
import { formatMoney, MAX_PRICE } from './money.js';

describe('the decimals of a price', () => {
  it.each([
    ['INR', 2],
    ['USD', 2],
    ['KWD', 2],
    ['BHD', 2],
    ['JOD', 2],
    ['JPY', 0],
    ['KRW', 0],
    ['COP', 0],
    ['HUF', 0],
    ['XAF', 0],
    ['ZZZ', null],
  ])('%s has %p', (currency, decimals) => {
    expect(priceDecimals(currency)).toBe(decimals);
  });
});

describe('a display price', () => {
  it.each([
    ['₹45,000.00', 'INR', '45000.00'],
    ['₹1,23,456.78', 'INR', '123456.78'],
    ['Rs. 1,23,456.78', 'INR', '123456.78'],
    ['45.000,00\u00a0€', 'EUR', '45000.00'],
    ['45\u202f000,00 €', 'EUR', '45000.00'],
    ['€0.07', 'EUR', '0.07'],
    ['$5.00', 'USD', '5.00'],
    ['$5', 'USD', '5.00'],
    ['US$ 1,000', 'USD', '1000.00'],
    ['1,000 USD', 'USD', '1000.00'],
    ["CHF 1'234.50", 'CHF', '1234.50'],
    ['CHF 1’234.50', 'CHF', '1234.50'],
    ['¥1,050', 'JPY', '1050.00'],
    ['￥105,000', 'JPY', '105000.00'],
    ['KWD 1,234.00', 'KWD', '1234.00'],
    ['45000', 'INR', '45000.00'],
    ['45000.00 INR', 'INR', '45000.00'],
    ['٤٥٬٠٠٠٫٠٠', 'SAR', '45000.00'],
    ['₹४५,०००.००', 'INR', '45000.00'],
  ])('%s in %s is %s', (text, currency, amount) => {
    const cents = parseDisplayPrice(text, currency);
    expect(cents === null ? null : formatMoney(cents)).toBe(amount);
  });

  it.each([
    ['', 'USD'],
    ['free', 'USD'],
    ['$9.9', 'USD'],
    ['$9.999.99', 'USD'], // one mark both groups and divides
    ['$1,00', 'JPY'],
    ['¥1,050.00', 'JPY'],
    ['$5.00 - $7.00', 'USD'],
    ['-$5.00', 'USD'],
    ['−5.00 $', 'USD'],
    ['12,34,5.00', 'INR'],
    ['1,2345.00', 'USD'],
    ['$0,123', 'USD'],
    ['KWD 45.000', 'KWD'],
    ['5.00', 'ZZZ'],
    ['$1,000,000,000.00', 'USD'],
  ])('%j in %s is not guessed', (text, currency) => {
    expect(parseDisplayPrice(text, currency)).toBeNull();
  });

  it('reads back what every locale and currency shows', () => {
    const currencies = Intl.supportedValuesOf('currency');
    const locales = [
      'en-US',
      'en-IN',
      'hi-IN',
      'de-DE',
      'de-CH',
      'fr-FR',
      'pt-BR',
      'es-MX',
      'ja-JP',
      'sv-SE',
      'ar-EG',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...currencies),
        fc.constantFrom(...locales),
        fc.bigInt({ min: 0n, max: MAX_PRICE }),
        (currency, locale, cents) => {
          const decimals = priceDecimals(currency) ?? 2;
          const amount = decimals === 0 ? (cents / 100n) * 100n : cents;
          const shown = new Intl.NumberFormat(locale, {
            style: 'currency',
            currency,
            minimumFractionDigits: decimals,
            maximumFractionDigits: decimals,
          }).format(formatMoney(amount) as unknown as number);
          expect([shown, parseDisplayPrice(shown, currency)]).toEqual([shown, amount]);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
