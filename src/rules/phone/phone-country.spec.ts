import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countryOf, isUsNumber } from './phone-country.js';

describe('countryOf', () => {
  it.each([
    ['+919978783238', 'IN'],
    ['+14694652751', 'US'],
    ['+14162345678', 'CA'],
    ['+5511987654321', 'BR'],
    ['+525512345678', 'MX'],
    ['+79161234567', 'RU'],
    ['+77012345678', 'KZ'],
    ['+447400123456', 'GB'],
    ['+447000000000', 'GB'], // no such number: the largest country of the code
    ['+390612345678', 'IT'],
    ['+971501234567', 'AE'],
    ['+15551234567', null],
    ['+881612345678', null], // a satellite phone
    ['+999123456789', null],
  ])('%s: %p', (number, country) => {
    expect(countryOf(number)).toBe(country);
  });
});

describe('isUsNumber', () => {
  it.each([
    ['Texas', '+14694652751', true],
    ['Texas, the other example', '+19453083188', true],
    ['New York', '+12125550100', true],
    ['Alaska', '+19072345678', true],
    ['Hawaii', '+18082345678', true],
    ['a US area code, an exchange that cannot exist', '+14690000001', true],
    ['a code without an area (555)', '+15551234567', false],
    ['a code that cannot be one', '+11987654321', false],
    ['toll-free', '+18005550123', false],
    ['Toronto', '+14162345678', false],
    ['Jamaica', '+18762345678', false],
    ['the Bahamas', '+12422345678', false],
    ['Barbados', '+12462345678', false],
    ['the Dominican Republic', '+18092345678', false],
    ['Puerto Rico', '+17872345678', false],
    ['Guam', '+16712345678', false],
    ['India', '+919978783238', false],
  ])('%s: %s is %p', (_, number, us) => {
    expect(isUsNumber(number)).toBe(us);
  });

  it('depends on the area code alone', () => {
    const digits = fc.stringMatching(/^\d{7}$/);
    const area = fc.constantFrom('469', '945', '212', '416', '876', '787', '555', '800');
    fc.assert(
      fc.property(area, digits, digits, (code, one, other) => {
        expect(isUsNumber(`+1${code}${one}`)).toBe(isUsNumber(`+1${code}${other}`));
      }),
    );
  });
});
