/**
 * Meta's markets: countries with a price of their own, and groups of countries with one price. A country that is not
 * listed is in Other. Meta gives countries prices of their own now and then; a rate card may name such a country by its
 * ISO code, and that price wins.
 */
const MARKETS: Readonly<Record<string, string>> = {
  Argentina: 'AR',
  Brazil: 'BR',
  Chile: 'CL',
  Colombia: 'CO',
  Egypt: 'EG',
  France: 'FR',
  Germany: 'DE',
  India: 'IN',
  Indonesia: 'ID',
  Israel: 'IL',
  Italy: 'IT',
  Malaysia: 'MY',
  Mexico: 'MX',
  Netherlands: 'NL',
  Nigeria: 'NG',
  Pakistan: 'PK',
  Peru: 'PE',
  Russia: 'RU',
  'Saudi Arabia': 'SA',
  'South Africa': 'ZA',
  Spain: 'ES',
  Turkey: 'TR',
  'United Arab Emirates': 'AE',
  'United Kingdom': 'GB',
  'North America': 'US CA',
  'Rest of Africa':
    'DZ AO BJ BW BF BI CM TD CG ER ET GA GM GH GW CI KE LS LR LY MG MW ML MR MA MZ NA NE RW SN SL SO SS SD SZ TZ TG TN UG ZM',
  'Rest of Asia Pacific': 'AF AU BD KH CN HK JP LA MN NP NZ PG PH SG LK TW TJ TH TM UZ VN',
  'Rest of Central & Eastern Europe': 'AL AM AZ BY BG HR CZ GE GR HU LV LT MD MK PL RO RS SK SI UA',
  'Rest of Latin America': 'BO CR DO EC SV GT HT HN JM NI PA PY PR UY VE',
  'Rest of Middle East': 'BH IQ JO KW LB OM QA YE',
  'Rest of Western Europe': 'AT BE DK FI IE NO PT SE CH',
};
export const OTHER = 'Other';
export const MARKET_NAMES: readonly string[] = [...Object.keys(MARKETS), OTHER];

/** Of +1, these area codes are priced as Latin America, and all others as North America. */
const LATIN_AREAS: Readonly<Record<string, string>> = {
  ...{
    '+1809': 'DO',
    '+1829': 'DO',
    '+1849': 'DO',
    '+1658': 'JM',
    '+1876': 'JM',
    '+1787': 'PR',
    '+1939': 'PR',
  },
};

const MARKET_OF_COUNTRY = new Map(
  Object.entries(MARKETS).flatMap(([market, countries]) =>
    countries.split(' ').map((country): [string, string] => [country, market]),
  ),
);
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('and', '&')
    .replace(/[^a-z&]/g, '');
const MARKET_OF_NAME = new Map(MARKET_NAMES.map((name) => [plain(name), name]));

export interface PricedPlace {
  /** ISO code; null: not known. */
  country: string | null;
  market: string;
}

export function marketOfCountry(country: string | null): string {
  return MARKET_OF_COUNTRY.get(country ?? '') ?? OTHER;
}

/** Where a message goes, by the beginning of its number (`+91`, `+1809`) or of the id of its person (`BR`). */
export function placeOf(prefix: string, countryOfPrefix: (prefix: string) => string | null): PricedPlace {
  if (!prefix.startsWith('+')) {
    const country = /^[A-Z]{2}$/.test(prefix) ? prefix : null;
    return { country, market: marketOfCountry(country) };
  }
  const latin = LATIN_AREAS[prefix];
  if (latin !== undefined) return { country: latin, market: marketOfCountry(latin) };
  const country = countryOfPrefix(prefix);
  return { country, market: prefix.startsWith('+1') ? 'North America' : marketOfCountry(country) };
}

/** The market or the country that a row of a rate card names, in our spelling; undefined: neither. */
export function knownMarket(name: string): string | undefined {
  const market = MARKET_OF_NAME.get(plain(name));
  if (market !== undefined) return market;
  const code = name.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(code) && isCountry(code) ? code : undefined;
}

const REGIONS = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

function isCountry(code: string): boolean {
  return MARKET_OF_COUNTRY.has(code) || REGIONS.of(code) !== undefined;
}
