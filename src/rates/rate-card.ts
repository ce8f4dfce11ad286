import { knownMarket } from './markets.js';
import { parsePrice } from './fraction.js';

export interface RateRow {
  /** A market, or the ISO code of a country. */
  market: string;
  category: string;
  /** Billed messages of the month before this price, and those up to which it holds; null: all that follow. */
  from: number;
  to: number | null;
  /** In millionths of the currency's unit. */
  price: bigint;
}

export interface RateCard {
  id: string;
  businessAccountId: string | null;
  currency: string;
  effectiveFrom: string;
  rows: readonly RateRow[];
}

/** A row as it was given, and where: a line of a file, or a place in a list. */
export interface GivenRow {
  place: string;
  market: string;
  category: string;
  from: string;
  to: string;
  price: string;
}

export type RowCode = 'bad_row' | 'market_unknown' | 'rate_card_gap' | 'rate_card_overlap';

export interface RowProblem {
  code: RowCode;
  place: string;
  message: string;
}

const CATEGORIES = ['marketing', 'utility', 'authentication', 'authentication_international', 'service'];
const SAME_CATEGORY: Readonly<Record<string, string>> = { marketing_lite: 'marketing' };
const MAX_VOLUME = 1_000_000_000_000;

/** Meta writes categories in capitals, in small letters, with hyphens and with underscores. */
export function categoryOf(text: string): string {
  const name = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
  return SAME_CATEGORY[name] ?? name;
}

/** The rows in order, or everything that is wrong with them. Volumes of a price begin at 0 and leave no gap. */
export function checkRows(given: readonly GivenRow[]): { rows: RateRow[]; problems: RowProblem[] } {
  const problems: RowProblem[] = [];
  const read = given.flatMap((row) => {
    const found = rowOf(row);
    if ('code' in found) problems.push(found);
    return 'code' in found ? [] : [{ ...found, place: row.place }];
  });
  if (problems.length > 0) return { rows: [], problems };
  const prices = Map.groupBy(read, ({ market, category }) => `${market} ${category}`);
  for (const tiers of prices.values()) problems.push(...problemsOf(tiers));
  return {
    rows: read.map(({ market, category, from, to, price }) => ({ market, category, from, to, price })),
    problems,
  };
}

function rowOf({ place, market, category, from, to, price }: GivenRow): RateRow | RowProblem {
  const wrong = (message: string, code: RowCode = 'bad_row'): RowProblem => ({ code, place, message });
  const known = knownMarket(market);
  if (known === undefined) {
    return wrong(
      `market "${market.slice(0, 60)}" is neither a market of Meta nor the code of a country`,
      'market_unknown',
    );
  }
  const name = categoryOf(category);
  if (!CATEGORIES.includes(name)) {
    return wrong(`category "${category.slice(0, 40)}" is none of ${CATEGORIES.join(', ')}`);
  }
  const first = volumeOf(from === '' ? '0' : from);
  const end = to === '' ? null : volumeOf(to);
  if (first === undefined || end === undefined || (end !== null && end <= first)) {
    return wrong('from and to must be whole numbers, from 0, and to the greater one; the last to is empty');
  }
  const millionths = parsePrice(price.trim());
  if (millionths === undefined) return wrong('price must be a number with at most 6 decimals, as in 0.0107');
  return { market: known, category: name, from: first, to: end, price: millionths };
}

function volumeOf(text: string): number | undefined {
  const value = /^\d{1,13}$/.test(text.trim()) ? Number(text) : undefined;
  return value === undefined || value > MAX_VOLUME ? undefined : value;
}

function problemsOf(tiers: readonly (RateRow & { place: string })[]): RowProblem[] {
  const ordered = [...tiers].sort((a, b) => a.from - b.from);
  const problems: RowProblem[] = [];
  let reached: number | null = 0;
  for (const { place, from, to, market, category } of ordered) {
    const about = `${market}, ${category}`;
    if (reached === null || from < reached) {
      problems.push({
        code: 'rate_card_overlap',
        place,
        message: `overlaps another row of ${about}: it begins at ${from}`,
      });
    } else if (from > reached) {
      problems.push({
        code: 'rate_card_gap',
        place,
        message: `leaves a gap in ${about}: no price from ${reached} to ${from}`,
      });
    }
    reached = to === null || reached === null ? null : Math.max(reached, to);
  }
  const last = ordered.at(-1);
  if (reached !== null && last !== undefined) {
    const message = `leaves a gap in ${last.market}, ${last.category}: no price from ${reached} on; the last to is empty`;
    problems.push({ code: 'rate_card_gap', place: last.place, message });
  }
  return problems;
}

/** The card in force on a day: one of the account itself before one of all accounts, then the latest. */
export function cardOn(cards: readonly RateCard[], day: string, account: string): RateCard | undefined {
  const inForce = cards.filter(
    ({ effectiveFrom, businessAccountId }) =>
      effectiveFrom <= day && (businessAccountId === null || businessAccountId === account),
  );
  const own = inForce.filter(({ businessAccountId }) => businessAccountId !== null);
  const latest = (a: RateCard, b: RateCard): number =>
    a.effectiveFrom === b.effectiveFrom ? (a.id < b.id ? 1 : -1) : a.effectiveFrom < b.effectiveFrom ? 1 : -1;
  return (own.length > 0 ? own : inForce).sort(latest)[0];
}

/** The prices of a place, by volume. The country wins over its market; none: the card does not name it. */
export function tiersFor(
  card: RateCard,
  { country, market }: { country: string | null; market: string },
  category: string,
): RateRow[] {
  const of = (name: string): RateRow[] =>
    card.rows.filter((row) => row.market === name && row.category === category);
  const own = country === null ? [] : of(country);
  return (own.length > 0 ? own : of(market)).sort((a, b) => a.from - b.from);
}
