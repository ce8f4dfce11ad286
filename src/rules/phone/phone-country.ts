import parsePhoneNumber, { type CountryCode } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';

const NORTH_AMERICA = '+1';
const AREA_CODE_END = 5;

/** Kinds of numbers whose area code says what they cost, not where they are. */
const WITHOUT_A_PLACE = new Set(['TOLL_FREE', 'PREMIUM_RATE', 'PERSONAL_NUMBER', 'SHARED_COST', 'UAN']);
const countryOfAreaCode = new Map<string, string | null>();

/**
 * The country of an E.164 number, as in `IN`; null when it has none. North American numbers are told by their
 * area code alone, whether or not the rest exists; elsewhere a number that does not exist counts for the
 * largest country that shares its code (+44 is GB).
 */
export function countryOf(e164: string): string | null {
  if (e164.startsWith(NORTH_AMERICA)) return countryOfArea(e164.slice(NORTH_AMERICA.length, AREA_CODE_END));
  const phone = parsePhoneNumber(e164, { extract: false });
  if (phone === undefined || phone.isNonGeographic()) return null;
  return phone.country ?? metadata.country_calling_codes[phone.countryCallingCode]?.[0] ?? null;
}

/**
 * +1 with an area code of the United States: those whom Meta delivers no marketing to. Not Canada, not the
 * Caribbean, not Puerto Rico, Guam and the other territories, which have regions of their own. Toll-free and
 * other codes without a place, and codes never given out (555), are nobody's area code: they are not US.
 */
export function isUsNumber(e164: string): boolean {
  return e164.startsWith(NORTH_AMERICA) && countryOf(e164) === 'US';
}

function countryOfArea(areaCode: string): string | null {
  let country = countryOfAreaCode.get(areaCode);
  if (country === undefined) {
    country = findCountryOfArea(areaCode);
    countryOfAreaCode.set(areaCode, country);
  }
  return country;
}

/** Asked with a number that could exist, because the library knows no country for one that could not. */
function findCountryOfArea(areaCode: string): CountryCode | null {
  const phone = parsePhoneNumber(`+1${areaCode}2340123`, { extract: false });
  return phone?.country === undefined || WITHOUT_A_PLACE.has(phone.getType() ?? '') ? null : phone.country;
}
