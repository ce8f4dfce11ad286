import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUsNumber } from './us-number.js';
import { callingCode, isUserId, userIdOf, whatsappId } from './whatsapp-id.js';

it.each([
  ['14155550101', '14155550101'],
  ['5511999990000', '551199990000'],
  ['551199990000', '551199990000'],
  ['525512345678', '5215512345678'],
  ['5215512345678', '5215512345678'],
  ['541123456789', '5491123456789'],
  ['5491123456789', '5491123456789'],
  ['919978783238', '919978783238'],
])('the WhatsApp id of %s is %s', (digits, waId) => {
  expect(whatsappId(digits)).toBe(waId);
});

it.each([
  ['15550783881', '1'],
  ['79161234567', '7'],
  ['919978783238', '91'],
  ['4915112345678', '49'],
  ['351912345678', '351'],
  ['971501234567', '971'],
])('the calling code of %s is %s', (digits, code) => {
  expect(callingCode(digits)).toBe(code);
});

const number = fc.bigInt(1_000_000n, 999_999_999_999_999n).map(String);

describe('the user id of a number', () => {
  it('is valid, unique to the number, and hides it', () => {
    fc.assert(
      fc.property(fc.uniqueArray(number, { minLength: 2, maxLength: 50 }), (numbers) => {
        const ids = numbers.map(userIdOf);
        expect(ids.every(isUserId)).toBe(true);
        expect(new Set(ids).size).toBe(numbers.length);
        expect(ids.some((id, i) => id.includes(numbers[i] ?? '?'))).toBe(false);
      }),
    );
  });

  it.each([
    ['14155550101', 'US.'],
    ['551199990000', 'BR.'],
    ['2991234567', 'ZZ.'],
  ])('of %s starts with %s', (waId, prefix) => {
    expect(userIdOf(waId)).toMatch(new RegExp(`^${prefix.replace('.', '\\.')}`));
  });
});

it.each([
  ['14155550101', true],
  ['16045550101', false],
  ['18095550101', false],
  ['18005550101', false],
  ['441155501010', false],
])('%s is a US number: %s', (digits, isUs) => {
  expect(isUsNumber(digits)).toBe(isUs);
});
