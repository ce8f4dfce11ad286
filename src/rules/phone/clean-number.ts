import { type CountryCode, Metadata } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';

// Imports hold a million numbers, most of them clean already. The library parses 200,000 a second. This look-up
// decides by country code and length alone and leaves every doubtful case to the library.

const E164 = /^\+[1-9]\d{6,14}$/;
// Prefixes after which the library may find a dialling prefix that is not part of the number. A zero can be one in
// any country.
const IN_DOUBT = /^\+(?:(?:1|44|61|86|298|352|423|506)1|3758|5590)/;

/** By country code: bit n is set when every country that shares it has national numbers of n digits. */
const LENGTHS = new Uint32Array(1_000);

function possibleLengths(country: CountryCode): number {
  const plan = new Metadata();
  plan.selectNumberingPlan(country);
  return (plan.numberingPlan?.possibleLengths() ?? []).reduce((bits, length) => bits | (1 << length), 0);
}

for (const [code, countries] of Object.entries(metadata.country_calling_codes)) {
  LENGTHS[Number(code)] = countries.map(possibleLengths).reduce((shared, lengths) => shared & lengths);
}

/** Whether a text is E.164 as it stands and certainly possible. False proves nothing. */
export function isCleanNumber(text: string): boolean {
  if (!E164.test(text) || IN_DOUBT.test(text)) return false;
  let code = 0;
  for (let codeEnd = 1; codeEnd <= 3; codeEnd++) {
    code = code * 10 + text.charCodeAt(codeEnd) - 48;
    const lengths = LENGTHS[code] ?? 0;
    if (lengths === 0) continue;
    return text[codeEnd + 1] !== '0' && (lengths & (1 << (text.length - 1 - codeEnd))) !== 0;
  }
  return false;
}
