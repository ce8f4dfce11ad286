import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countryOfPrefix } from '../rules/phone/phone-country.js';
import { costAnswer } from './cost-answer.js';
import { decimal, fraction } from './fraction.js';
import { knownMarket, placeOf } from './markets.js';
import { type CostLine, priceLines } from './price-days.js';
import { checkRows, type GivenRow } from './rate-card.js';
import { returnOn } from './return-on.js';

const given = (rows: readonly string[]): GivenRow[] =>
  rows.map((row, at) => {
    const [market = '', category = '', from = '', to = '', price = ''] = row.split(',');
    return { place: String(at), market, category, from, to, price };
  });
const costRowsOf = (...rows: string[]) => checkRows(given(rows)).rows;
const place = (prefix: string) => placeOf(prefix, countryOfPrefix);
const TIERS = costRowsOf('India,utility,0,1000,0.0100', 'India,utility,1000,,0.0080');
const book = (rows: ReturnType<typeof costRowsOf>, more = {}) => ({
  cards: [{ id: 'c', businessAccountId: null, currency: 'USD', effectiveFrom: '2026-10-01', rows, ...more }],
  portfolioOf: () => 'p',
  placeOf: place,
});
const line = (day: string, billable: number, more: Partial<CostLine> = {}): CostLine => ({
  ...{
    day,
    account: 'a',
    prefix: '+91',
    category: 'utility',
    type: 'regular',
    billable,
    free: 0,
    unknown: 0,
  },
  ...more,
});
const amounts = (lines: CostLine[], volumes: CostLine[], card = TIERS) =>
  priceLines(lines, volumes, book(card)).map(({ amount }) => (amount === null ? null : decimal(amount, 6)));

describe('the place of a number', () => {
  it.each([
    ['+91', 'IN', 'India'],
    ['+1809', 'DO', 'Rest of Latin America'],
    ['+1876', 'JM', 'Rest of Latin America'],
    ['+1939', 'PR', 'Rest of Latin America'],
    ['+1416', 'CA', 'North America'],
    ['+1242', 'BS', 'North America'],
    ['+7', 'RU', 'Russia'],
    ['+77', 'KZ', 'Other'],
    ['+971', 'AE', 'United Arab Emirates'],
    ['+44', 'GB', 'United Kingdom'],
    ['BR', 'BR', 'Brazil'],
    ['', null, 'Other'],
    ['+999', null, 'Other'],
  ])('%s is %s, priced as %s', (prefix, country, market) => {
    expect(place(prefix)).toEqual({ country, market });
  });

  it.each([
    ['india', 'India'],
    ['Rest of Central and Eastern Europe', 'Rest of Central & Eastern Europe'],
    ['dk', 'DK'],
    ['Atlantis', undefined],
    ['ZQ', undefined],
  ])('a card may say %s', (name, market) => {
    expect(knownMarket(name)).toBe(market);
  });
});

describe('a price list', () => {
  it.each([
    [['India,utility,0,1000,0.01', 'India,utility,1000,,0.008'], []],
    [['India,utility,0,1000,0.01', 'India,utility,1200,,0.008'], ['rate_card_gap 1']],
    [['India,utility,0,1000,0.01', 'India,utility,900,,0.008'], ['rate_card_overlap 1']],
    [['India,utility,0,1000,0.01'], ['rate_card_gap 0']],
    [['India,utility,5,,0.01'], ['rate_card_gap 0']],
    [['India,UTILITY,0,,0.01', 'india,utility,0,,0.01'], ['rate_card_overlap 1']],
    [['Atlantis,utility,0,,0.01'], ['market_unknown 0']],
    [['India,parcels,0,,0.01'], ['bad_row 0']],
    [['India,utility,0,,0.0000001'], ['bad_row 0']],
    [['India,utility,10,10,0.01'], ['bad_row 0']],
  ])('%j has the problems %j', (rows, problems) => {
    expect(checkRows(given(rows)).problems.map((one) => `${one.code} ${one.place}`)).toEqual(problems);
  });
});

describe('the price of a day', () => {
  it('is split where it crosses a tier, and its average is shared', () => {
    const before = line('2026-10-04', 900, { account: 'b' });
    const [a, b] = [line('2026-10-05', 150), line('2026-10-05', 50)];
    expect(amounts([a, b], [before, a, b])).toEqual(['1.350000', '0.450000']);
  });

  it('begins again with the month', () => {
    const day = line('2026-11-01', 10);
    expect(amounts([day], [line('2026-10-31', 5_000), day])).toEqual(['0.100000']);
  });

  it('is that of the country where the card names it, and then counts the country alone', () => {
    const card = costRowsOf(
      'Rest of Western Europe,utility,0,,0.03',
      'AT,utility,0,10,0.05',
      'AT,utility,10,,0.04',
    );
    const [at, ch] = [line('2026-10-05', 20, { prefix: '+43' }), line('2026-10-05', 20, { prefix: '+41' })];
    expect(amounts([at, ch], [at, ch], card)).toEqual(['0.900000', '0.600000']);
  });

  it('is none before the card holds, or where the card has none', () => {
    const lines = [
      line('2026-09-30', 1),
      line('2026-10-01', 1, { prefix: '+55' }),
      line('2026-10-01', 0, { free: 3 }),
    ];
    const priced = priceLines(lines, lines, book(TIERS));
    expect(priced.map(({ because }) => because)).toEqual(['no_rate_card', 'market_not_priced', null]);
    expect(costAnswer(priced)).toMatchObject({ amount: null, because: 'no_rate_card', estimated: true });
  });

  it('adds up to the split of the whole day, however it is shared', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2_000 }),
        fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 20 }),
        (before, parts) => {
          const lines = parts.map((n) => line('2026-10-05', n));
          const whole = parts.reduce((sum, n) => sum + n, 0);
          const cheap = Math.max(0, before + whole - Math.max(1_000, before));
          const expected = BigInt(whole - cheap) * 10_000n + BigInt(cheap) * 8_000n;
          const priced = priceLines(lines, [line('2026-10-01', before), ...lines], book(TIERS));
          expect(costAnswer(priced).amount).toBe(decimal(fraction(expected), 2));
        },
      ),
    );
  });
});

describe('the return', () => {
  const cost = { amount: '1.80', currency: 'USD' };
  it.each([
    [{ USD: '9.00' }, cost, { roi: 4, roas: 5, because: null }],
    [{}, cost, { roi: -1, roas: 0, because: null }],
    [{ INR: '9.00' }, cost, { roi: null, roas: null, because: 'currencies_differ' }],
    [
      { USD: '9.00' },
      { amount: '0.00', currency: 'USD' },
      { roi: null, roas: null, because: 'cost_is_zero' },
    ],
    [{ USD: '9.00' }, undefined, { roi: null, roas: null, because: 'cost_unknown' }],
  ])('of %j for %j is %j', (revenue, paid, expected) => {
    expect(returnOn(revenue as Record<string, string>, paid)).toEqual(expected);
  });
});
