import { expect, it } from '@jest/globals';
import { displayPrice, majorUnits, parseBatchPrice } from './price.js';

it.each([
  ['45000.00 INR', 4_500_000, '₹45,000.00', 45_000],
  ['9.99 USD', 999, '$9.99', 9.99],
  ['9.9 USD', 990, '$9.90', 9.9],
  ['9 USD', 900, '$9.00', 9],
  ['0.07 EUR', 7, '€0.07', 0.07],
  ['1050 JPY', 1050, '¥1,050', 1050],
  ['1050.00 KRW', 1050, '₩1,050', 1050],
])('%s is %i in the smallest unit, shown as %s, ordered at %d', (text, minor, display, major) => {
  const price = parseBatchPrice(text);
  expect(price).toMatchObject({ minor });
  expect(price === undefined ? '' : displayPrice(price)).toBe(display);
  expect(price === undefined ? 0 : majorUnits(price)).toBe(major);
});

it.each([
  '',
  '9.99',
  '$9.99',
  '9,99 EUR',
  '1,000.00 USD',
  '9.99USD',
  '9.99 usd',
  '-1 USD',
  '3,200.00 PK',
  '1. USD',
])('%j is not a price', (text) => {
  expect(parseBatchPrice(text)).toBeUndefined();
});
