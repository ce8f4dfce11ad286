import { type CountryCode, Metadata } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';

// Imports are a million numbers long, most of them clean already. The library looks at 200,000 a second; this
// look-up knows only what can be told from country code and length, and leaves every doubt to the library.

const E164 = /^\+[1-9]\d{6,14}$/;
// Beginnings behind which the library may find a dialling prefix that does not belong to the number. A zero may
// be one everywhere.
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

/** Whether a text is E.164 as it stands, and certainly possible. False says nothing. */
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
