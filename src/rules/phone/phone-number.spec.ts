import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import parsePhoneNumber from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';
import { isCleanNumber } from './clean-number.js';
import { normalizePhone } from './phone-number.js';

function e164(input: string, country?: string): string {
  const result = normalizePhone(input, country);
  return result.ok ? result.e164 : `refused: ${result.reason}`;
}

describe('a number that says its country', () => {
  it.each([
    ['14694652751', '+14694652751'],
    ['+14694652751', '+14694652751'],
    ['+1 469-465-2751', '+14694652751'],
    ['+1 (469) 465.2751', '+14694652751'],
    ['(+1) 469/465/2751', '+14694652751'],
    ['0014694652751', '+14694652751'],
    ['00 1 469 465 2751', '+14694652751'],
    ['15551234567', '+15551234567'], // possible; whether it exists is not judged
    ['+15551234567', '+15551234567'],
    ['919978783238', '+919978783238'],
    ['+91 99787 83238', '+919978783238'],
    ['+91 099787 83238', '+919978783238'],
    ['+44 (0)7911 123456', '+447911123456'],
    ['+43 (0)0664 1234567', '+436641234567'], // a zero too many
    ['+39 06 1234 5678', '+390612345678'], // the zero of Italy stays
    ['447911123456', '+447911123456'],
    ['33612345678', '+33612345678'],
    ['5511987654321', '+5511987654321'],
    ['+551187654321', '+5511987654321'], // a mobile from before the ninth digit
    ['+5215512345678', '+525512345678'], // a mobile from when Mexico had a 1
    ['+54 9 11 2345-6789', '+5491123456789'],
    ['\u202A+91 99787\u00A083238\u202C', '+919978783238'], // copied from a chat
    ["'+919978783238", '+919978783238'], // text of a spreadsheet
    ['+919978783238', '+919978783238'],
    ['+٩١٩٩٧٨٧٨٣٢٣٨', '+919978783238'],
    ['+९१९९७८७८३२३८', '+919978783238'],
    [' +6591234567 ', '+6591234567'],
  ])('%s', (input, number) => {
    expect(e164(input)).toBe(number);
    expect(e164(number)).toBe(number);
  });
});

describe('a number that is refused', () => {
  const noCountry =
    'does not say its country: write it with + and the country code, or set a default country.';
  it.each([
    ['9978783238', noCountry],
    ['4694652751', noCountry],
    ['6591234567', noCountry], // Singapore, or India at home
    ['11987654321', noCountry], // Brazil at home; no American area code begins with 1
    ['31987654321', noCountry], // Brazil at home, and no Dutch number
    ['07911123456', noCountry],
    ['123', noCountry],
    ['0', noCountry],
    ['+1469465275', 'has the wrong number of digits for country code +1.'],
    ['146946527511', noCountry],
    ['+146946527511', 'has the wrong number of digits for country code +1.'],
    ['0091412', 'has the wrong number of digits for country code +91.'],
    ['+999123456789', 'does not begin with the code of a country.'],
    ['+0123456789', 'does not begin with the code of a country.'],
    ['+', 'is not a phone number.'],
    ['', 'is not a phone number.'],
    ['   ', 'is not a phone number.'],
    ['+1 469 465 2751 ext. 5', 'is not a phone number.'],
    ['+1-800-FLOWERS', 'is not a phone number.'],
    ['call +14694652751', 'is not a phone number.'],
    ['1.4694652751E10', 'is not a phone number.'],
    ['++14694652751', 'is not a phone number.'],
    ['+14694652751;+14694652752', 'is not a phone number.'],
    ['a@example.com', 'is not a phone number.'],
  ])('%s', (input, why) => {
    expect(normalizePhone(input)).toEqual({ ok: false, reason: `"${input}" ${why}` });
  });

  it('does not repeat endless input in the reason', () => {
    const result = normalizePhone('x'.repeat(100_000));
    expect(result.ok ? '' : result.reason).toBe(`"${'x'.repeat(40)}…" is not a phone number.`);
  });
});

describe('with a default country', () => {
  it.each([
    ['IN', '9978783238', '+919978783238'],
    ['IN', '09978783238', '+919978783238'],
    ['IN', '919978783238', '+919978783238'],
    ['IN', '6591234567', '+916591234567'],
    ['IN', '14694652751', '+14694652751'],
    ['IN', '+14694652751', '+14694652751'],
    ['US', '4694652751', '+14694652751'],
    ['US', '(469) 465-2751', '+14694652751'],
    ['US', '5551234567', '+15551234567'],
    ['US', '447911123456', '+447911123456'],
    ['US', '00447911123456', '+447911123456'],
    ['US', '011 44 7911 123456', '+447911123456'],
    ['BR', '11987654321', '+5511987654321'],
    ['BR', '1187654321', '+5511987654321'],
    ['BR', '51987654321', '+5551987654321'], // valid in Peru too: home comes first
    ['DE', '015112345678', '+4915112345678'],
    ['DE', '14694652751', '+14694652751'],
    ['GB', '07911123456', '+447911123456'],
    ['IN', '12', 'refused: "12" is neither a number of IN nor one with a country code.'],
    ['XX', '9978783238', 'refused: "9978783238" is neither a number of XX nor one with a country code.'],
  ])('%s: %s', (country, input, number) => {
    expect(e164(input, country)).toBe(number);
  });
});

describe('clean numbers', () => {
  const codes = Object.keys(metadata.country_calling_codes);
  // Carrier and relay codes of several countries, behind which the library takes something off.
  const beginnings = fc.constantFrom(
    '',
    '0',
    '1',
    '8',
    '80',
    '90',
    '9014',
    '06',
    '15',
    '180020',
    '1831',
    '1279',
    '10010',
    '1904',
    '1577',
  );
  const numbers = fc
    .tuple(fc.constantFrom(...codes), beginnings, fc.stringMatching(/^\d{4,12}$/))
    .map(([code, beginning, rest]) => `+${code}${beginning}${rest}`);

  it('are those the library would accept unchanged', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        fc.pre(isCleanNumber(number));
        const phone = parsePhoneNumber(number, { extract: false });
        expect([phone?.isPossible(), phone?.number]).toEqual([true, number]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are most of what an import holds', () => {
    const usual = [
      '+14694652751',
      '+919978783238',
      '+447911123456',
      '+5511987654321',
      '+525512345678',
      '+4915112345678',
    ];
    expect(usual.filter(isCleanNumber)).toEqual(usual);
  });

  it('are equal in every spelling', () => {
    const spellings: ((number: string) => string)[] = [
      (number) => ` ${number} `,
      (number) => `00${number.slice(1)}`,
      (number) => `${number.slice(0, 4)} (${number.slice(4, 7)}) ${number.slice(7)}`,
    ];
    fc.assert(
      fc.property(numbers, fc.constantFrom(...spellings), (number, spell) => {
        const plain = normalizePhone(number);
        expect(normalizePhone(spell(number)).ok).toBe(plain.ok);
        if (plain.ok) {
          expect(e164(spell(number))).toBe(plain.e164);
          expect(e164(plain.e164)).toBe(plain.e164);
        }
      }),
      { numRuns: 500 },
    );
  });
});
