import parsePhoneNumber, {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import { isCleanNumber } from './clean-number.js';
import { canonicalNumber } from './number-variants.js';

export type NormalizedPhone = { ok: true; e164: string } | { ok: false; reason: string };

/** Longer than any national number of the countries that write ten digits or fewer. */
const CLEARLY_INTERNATIONAL = 12;
const NORTH_AMERICAN = /^1[2-9]\d{9}$/;
const DIGITS = /^\+?\d+$/;
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;
const PUNCTUATION = /[\s().\-\u2010-\u2015\u2212/]/g;
/** Arabic, Persian, Hindi and Bengali zeros; the other nine digits follow each. */
const FOREIGN_ZEROS = [0x660, 0x6f0, 0x966, 0x9e6];

/**
 * Any usual spelling of a phone number as E.164. Checks that the length is possible in that country, not that the
 * number exists.
 *
 * A number is international when it begins with + or 00. Plain digits count as international where no country writes
 * its domestic numbers like that:
 * - 12 digits or more, possible for the country they begin with (919978783238);
 * - 11 digits beginning 1 and 2 to 9: North America (14694652751, 15551234567);
 * - 11 digits that are a valid number abroad (33612345678). Merely possible is not enough, because domestic numbers
 *   in Brazil have 11 digits. 10 digits or fewer (9978783238) could be India, Texas or Singapore, and a message to a
 *   stranger cannot be taken back. With a default country they are read as domestic numbers, and that reading also
 *   comes first for longer plain digits that are valid there.
 */
export function normalizePhone(input: string, defaultCountry?: string): NormalizedPhone {
  if (isCleanNumber(input)) return accepted(input);
  const text = compact(input);
  if (!DIGITS.test(text)) return refused(input, 'is not a phone number');
  if (text.startsWith('+')) return international(input, text);
  if (text.startsWith('00')) return international(input, `+${text.slice(2)}`);
  return plainDigits(input, text, defaultCountry);
}

function plainDigits(input: string, digits: string, defaultCountry: string | undefined): NormalizedPhone {
  const home =
    defaultCountry !== undefined && isSupportedCountry(defaultCountry)
      ? parse(digits, defaultCountry)
      : undefined;
  if (home?.isValid() === true) return international(input, home.number);
  if (isClearlyInternational(digits)) {
    const abroad = international(input, `+${digits}`);
    if (abroad.ok) return abroad;
  }
  if (home?.isPossible() === true) return international(input, home.number);
  if (defaultCountry !== undefined) {
    return refused(input, `is neither a number of ${defaultCountry} nor one with a country code`);
  }
  return refused(
    input,
    'does not say its country: write it with + and the country code, or set a default country',
  );
}

function isClearlyInternational(digits: string): boolean {
  if (digits.startsWith('0')) return false;
  if (digits.length >= CLEARLY_INTERNATIONAL || NORTH_AMERICAN.test(digits)) return true;
  return digits.length === CLEARLY_INTERNATIONAL - 1 && parse(`+${digits}`)?.isValid() === true;
}

function international(input: string, number: string): NormalizedPhone {
  const canonical = canonicalNumber(number);
  if (isCleanNumber(canonical)) return accepted(canonical);
  const phone = parse(canonical);
  if (phone === undefined) return refused(input, 'does not begin with the code of a country');
  if (!phone.isPossible()) {
    return refused(input, `has the wrong number of digits for country code +${phone.countryCallingCode}`);
  }
  // After the library removes a dialling prefix there may be another one: only a number it leaves unchanged is final.
  return phone.number === canonical ? accepted(canonical) : international(input, phone.number);
}

function parse(text: string, defaultCountry?: CountryCode): PhoneNumber | undefined {
  return parsePhoneNumber(text, { extract: false, ...(defaultCountry && { defaultCountry }) });
}

/** Strips the separators between digits, and what a copy from a chat or a spreadsheet leaves around them. */
function compact(input: string): string {
  if (DIGITS.test(input)) return input;
  return input
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(PUNCTUATION, '')
    .replace(/^'/, '')
    .replace(/\p{Nd}/gu, asciiDigit);
}

function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  const zero = FOREIGN_ZEROS.find((candidate) => code >= candidate && code <= candidate + 9);
  return zero === undefined ? digit : String(code - zero);
}

function accepted(e164: string): NormalizedPhone {
  return { ok: true, e164: canonicalNumber(e164) };
}

function refused(input: string, why: string): NormalizedPhone {
  const shown = input.length > 40 ? `${input.slice(0, 40)}…` : input;
  return { ok: false, reason: `"${shown}" ${why}.` };
}
