import type { CountryCode } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';
import { parseTimeZone } from '../calendar/time-zone.js';
import { DomainError } from '../errors/domain-error.js';
import { countryOf } from './phone-country.js';
import { showSameTime, zoneOfCountry } from './zone-of-country.js';

const LONGEST = 5;
const FIRST_AREA = 200;
const LAST_AREA = 999;

/** Countries that share a calling code with others, where some digits tell them apart. */
const SHARED: readonly (readonly [string, CountryCode])[] = [['+77', 'KZ']];

let table: ReadonlyMap<string, string> | undefined;

/**
 * The beginnings of phone numbers (`+91`, `+1876`) whose country has a single time zone, and that zone: for statements
 * that look at many numbers at once. The longest beginning decides.
 */
export function zonesOfPrefixes(): ReadonlyMap<string, string> {
  table ??= new Map([...ofCallingCodes(), ...ofAreaCodes(), ...ofShared()]);
  return table;
}

/** The lengths that a beginning may have, the longest first. */
export const PREFIX_LENGTHS = [LONGEST, 4, 3, 2] as const;

/** The zone of an E.164 number's country where that has only one; null: several, or none is known. */
export function zoneOfNumber(e164: string): string | null {
  const prefixes = zonesOfPrefixes();
  for (const length of PREFIX_LENGTHS) {
    const zone = prefixes.get(e164.slice(0, length));
    if (zone !== undefined) return zone;
  }
  return null;
}

/** A person's zone: what their profile says, if that is a zone, else that of their number's country; null: not known. */
export function zoneOfPerson(timeZone: unknown, phoneNumber: string | null): string | null {
  return zoneNamed(timeZone) ?? (phoneNumber === null ? null : zoneOfNumber(phoneNumber));
}

/** The zone of that name, in its usual spelling; null: there is none. */
export function zoneNamed(name: unknown): string | null {
  if (typeof name !== 'string') return null;
  try {
    return parseTimeZone(name);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

function ofCallingCodes(): [string, string][] {
  return Object.entries(metadata.country_calling_codes).flatMap(([code, countries]) => {
    const zones = countries.map(zoneOfCountry);
    const [first] = zones;
    if (typeof first !== 'string') return [];
    const isOne = zones.every((zone) => zone === null || showSameTime(first, zone));
    return isOne ? [[`+${code}`, first] as [string, string]] : [];
  });
}

function ofShared(): [string, string][] {
  return SHARED.flatMap(([prefix, country]) => {
    const zone = zoneOfCountry(country);
    return zone === null ? [] : [[prefix, zone] as [string, string]];
  });
}

/** In North America the area code says the country: Jamaica has one zone, the United States have several. */
function ofAreaCodes(): [string, string][] {
  const areas = Array.from({ length: LAST_AREA - FIRST_AREA + 1 }, (_, n) => `+1${FIRST_AREA + n}`);
  return areas.flatMap((prefix) => {
    const country = countryOf(prefix);
    const zone = country === null ? null : zoneOfCountry(country);
    return zone === null ? [] : [[prefix, zone] as [string, string]];
  });
}
