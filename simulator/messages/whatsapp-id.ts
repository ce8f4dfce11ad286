import { hashPair } from '../random.js';

const TWO_DIGIT_CODES = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  ),
);

/** The country calling code at the start of an international number. */
export function callingCode(digits: string): string {
  if (digits.startsWith('1') || digits.startsWith('7')) return digits.slice(0, 1);
  return TWO_DIGIT_CODES.has(digits.slice(0, 2)) ? digits.slice(0, 2) : digits.slice(0, 3);
}

/**
 * WhatsApp's own form of a number. Three countries differ from what people write: Brazil loses the ninth digit of
 * mobiles, Mexico and Argentina gain the mobile digit after the country code.
 */
export function whatsappId(digits: string): string {
  if (/^55\d{2}9\d{8}$/.test(digits)) return digits.slice(0, 4) + digits.slice(5);
  if (/^52[^1]\d{9}$/.test(digits)) return `521${digits.slice(2)}`;
  if (/^54[^9]\d{9}$/.test(digits)) return `549${digits.slice(2)}`;
  return digits;
}

const COUNTRIES: Readonly<Record<string, string>> = {
  '1': 'US',
  '7': 'RU',
  '20': 'EG',
  '27': 'ZA',
  '31': 'NL',
  '33': 'FR',
  '34': 'ES',
  '39': 'IT',
  '44': 'GB',
  '49': 'DE',
  '51': 'PE',
  '52': 'MX',
  '54': 'AR',
  '55': 'BR',
  '57': 'CO',
  '60': 'MY',
  '62': 'ID',
  '65': 'SG',
  '81': 'JP',
  '91': 'IN',
  '92': 'PK',
  '234': 'NG',
  '351': 'PT',
  '971': 'AE',
};

/** A user's business-scoped id: the same for a number in every run, and without the number in it. */
export function userIdOf(waId: string): string {
  const [high, low] = hashPair(waId);
  const country = COUNTRIES[callingCode(waId)] ?? 'ZZ';
  return `${country}.${String(high).padStart(10, '0')}${String(low).padStart(10, '0')}`;
}

const USER_ID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

export function isUserId(value: string): boolean {
  return USER_ID.test(value);
}
