import { add, divide, fraction, type Fraction, ZERO } from './fraction.js';
import type { PricedPlace } from './markets.js';
import { cardOn, categoryOf, type RateCard, type RateRow, tiersFor } from './rate-card.js';

/** What was billed on a day of the account, of one kind. */
export interface BilledVolume {
  day: string;
  account: string;
  prefix: string;
  category: string;
  billable: number;
}

/** Whose share of the day it is, is in the fields of the line that the caller adds. */
export type CostLine = BilledVolume & { type: string; free: number; unknown: number };

/** With whose it is. */
export interface PricedCost extends CostLine {
  campaignId: string | null;
  purpose: string;
}

export type Unpriced = 'no_rate_card' | 'market_not_priced';
export type PricedLine<Line> = Line &
  PricedPlace & { priceCategory: string } & (
    | { amount: Fraction; currency: string; because: null }
    | { amount: null; currency: null; because: Unpriced }
  );

export interface PriceBook {
  cards: readonly RateCard[];
  /** The portfolio of a business account: its accounts count their volumes together. */
  portfolioOf: (account: string) => string;
  placeOf: (prefix: string) => PricedPlace;
}

/**
 * What lines cost by the card in force on their day. Volumes count from the first of the month, over all of a
 * portfolio: a day that crosses a tier is split, and everything on that day has the average price. `volumes` are all of
 * the months that the lines lie in.
 */
export function priceLines<Line extends CostLine>(
  lines: readonly Line[],
  volumes: readonly BilledVolume[],
  book: PriceBook,
): PricedLine<Line>[] {
  const days = volumesByDay(volumes, book);
  return lines.map((line) => {
    const place = book.placeOf(line.prefix);
    const priceCategory = categoryOf(line.category);
    const known = { ...line, ...place, priceCategory };
    const card = cardOn(book.cards, line.day, line.account);
    if (card === undefined) return { ...known, amount: null, currency: null, because: 'no_rate_card' };
    const { currency } = card;
    if (line.billable === 0) return { ...known, amount: ZERO, currency, because: null };
    const tiers = tiersFor(card, place, priceCategory);
    const [first] = tiers;
    if (first === undefined) return { ...known, amount: null, currency: null, because: 'market_not_priced' };
    const day = days.get(dayKey(line, first.market, priceCategory, book));
    const { before, count } = day ?? { before: 0, count: line.billable };
    const share = divide(fraction(costOf(tiers, before, count) * BigInt(line.billable)), BigInt(count));
    return { ...known, amount: share, currency, because: null };
  });
}

interface DayVolume {
  /** Billed in the month before this day. */
  before: number;
  count: number;
}

function volumesByDay(volumes: readonly BilledVolume[], book: PriceBook): Map<string, DayVolume> {
  const days = new Map<string, DayVolume>();
  const soFar = new Map<string, number>();
  const ordered = [...volumes].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  for (const [, ofDay] of Map.groupBy(ordered, ({ day }) => day)) {
    const touched = new Set<string>();
    for (const volume of ofDay) {
      const card = cardOn(book.cards, volume.day, volume.account);
      const category = categoryOf(volume.category);
      const area =
        card === undefined ? undefined : tiersFor(card, book.placeOf(volume.prefix), category)[0]?.market;
      if (area === undefined || volume.billable === 0) continue;
      const key = dayKey(volume, area, category, book);
      const month = monthKey(volume, area, category, book);
      const day = days.get(key) ?? { before: soFar.get(month) ?? 0, count: 0 };
      day.count += volume.billable;
      days.set(key, day);
      touched.add(`${month}\n${key}`);
    }
    for (const pair of touched) {
      const [month = '', key = ''] = pair.split('\n');
      soFar.set(month, (soFar.get(month) ?? 0) + (days.get(key)?.count ?? 0));
    }
  }
  return days;
}

const partsOf = ({ account }: BilledVolume, area: string, category: string, book: PriceBook): string =>
  `${book.portfolioOf(account)}|${area}|${category}`;
const monthKey = (line: BilledVolume, area: string, category: string, book: PriceBook): string =>
  `${partsOf(line, area, category, book)}|${line.day.slice(0, 7)}`;
const dayKey = (line: BilledVolume, area: string, category: string, book: PriceBook): string =>
  `${partsOf(line, area, category, book)}|${line.day}`;

/** Of `count` messages after `before`, in millionths. */
export function costOf(tiers: readonly RateRow[], before: number, count: number): bigint {
  let cost = 0n;
  for (const { from, to, price } of tiers) {
    const start = Math.max(before, from);
    const end = Math.min(before + count, to ?? Infinity);
    if (end > start) cost += BigInt(end - start) * price;
  }
  return cost;
}

export function sumOf(amounts: Iterable<Fraction>): Fraction {
  let sum = ZERO;
  for (const amount of amounts) sum = add(sum, amount);
  return sum;
}
