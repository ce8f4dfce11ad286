import parsePhoneNumber, { type CountryCode } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';

const NORTH_AMERICA = '+1';
const AREA_CODE_END = 5;

/** Kinds of numbers whose area code states a price, not a place. */
const WITHOUT_A_PLACE = new Set(['TOLL_FREE', 'PREMIUM_RATE', 'PERSONAL_NUMBER', 'SHARED_COST', 'UAN']);
const countryOfAreaCode = new Map<string, string | null>();

/**
 * The country of an E.164 number, such as `IN`; null when it has none. In North America the area code alone decides,
 * even if the rest does not exist. Elsewhere a number that does not exist counts for the largest country that shares
 * its code (+44 is GB).
 */
export function countryOf(e164: string): string | null {
  if (e164.startsWith(NORTH_AMERICA)) return countryOfArea(e164.slice(NORTH_AMERICA.length, AREA_CODE_END));
  const phone = parsePhoneNumber(e164, { extract: false });
  if (phone === undefined || phone.isNonGeographic()) return null;
  return phone.country ?? metadata.country_calling_codes[phone.countryCallingCode]?.[0] ?? null;
}

/** The same of the beginning of a number: `+91` is IN, and `+1416` CA. */
export function countryOfPrefix(prefix: string): string | null {
  if (prefix.startsWith(NORTH_AMERICA))
    return countryOfArea(prefix.slice(NORTH_AMERICA.length, AREA_CODE_END));
  // Kazakhstan shares +7 with Russia.
  if (prefix === '+77') return 'KZ';
  const code = prefix.startsWith('+7') ? '7' : prefix.slice(1);
  return metadata.country_calling_codes[code]?.[0] ?? null;
}

/**
 * +1 with an area code of the United States: Meta delivers no marketing to them. Not Canada, not the Caribbean, not
 * Puerto Rico, Guam and the other territories, which have regions of their own. Toll-free codes, codes without a
 * place and codes never assigned (555) are not US.
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

/** The number has to be possible: the library knows no country for an impossible one. */
function findCountryOfArea(areaCode: string): CountryCode | null {
  const phone = parsePhoneNumber(`+1${areaCode}2340123`, { extract: false });
  return phone?.country === undefined || WITHOUT_A_PLACE.has(phone.getType() ?? '') ? null : phone.country;
}
