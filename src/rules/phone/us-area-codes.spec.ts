import { expect, it } from '@jest/globals';
import { isUsNumber } from './phone-country.js';
import { usAreaCodes } from './us-area-codes.js';

it('knows the same numbers as isUsNumber', () => {
  for (let code = 200; code <= 999; code++) {
    const number = `+1${code}5550123`;
    expect([number, usAreaCodes().includes(number.slice(2, 5))]).toEqual([number, isUsNumber(number)]);
  }
  expect(usAreaCodes().length).toBeGreaterThan(300);
});
