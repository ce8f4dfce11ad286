import { decimal, divide } from './fraction.js';
import { type CostLine, type PricedLine, sumOf, type Unpriced } from './price-days.js';

export interface CostCount {
  market: string;
  category: string;
  type: string;
  billable: number;
  free: number;
}

export interface CostAnswer {
  /** By our count and an uploaded card; what Meta's invoice says decides. Null: see `because`. */
  amount: string | null;
  currency: string | null;
  /** A delivered message, free ones included. */
  perDelivered: string | null;
  estimated: true;
  because: Unpriced | 'currencies_differ' | null;
  counts: CostCount[];
}

/** One amount for many lines. A single line without a price leaves the whole without one: half a sum misleads. */
export function costAnswer(lines: readonly PricedLine<CostLine>[]): CostAnswer {
  const counts = countsOf(lines);
  const known = { estimated: true as const, counts };
  const unknown = (because: CostAnswer['because']): CostAnswer => ({
    ...{ amount: null, currency: null, perDelivered: null, because },
    ...known,
  });
  const unpriced = lines.find(({ because }) => because !== null);
  if (unpriced !== undefined) return unknown(unpriced.because);
  const currencies = new Set(lines.map(({ currency }) => currency));
  const [currency = null] = currencies;
  if (currencies.size > 1) return unknown('currencies_differ');
  const sum = sumOf(lines.flatMap(({ amount }) => amount ?? []));
  const delivered = lines.reduce(
    (all, { billable, free, unknown: other }) => all + billable + free + other,
    0,
  );
  return {
    amount: decimal(sum, 2),
    currency,
    perDelivered: delivered === 0 ? null : decimal(divide(sum, BigInt(delivered)), 6),
    because: null,
    ...known,
  };
}

function countsOf(lines: readonly PricedLine<CostLine>[]): CostCount[] {
  const counts = new Map<string, CostCount>();
  for (const { market, category, type, billable, free } of lines) {
    const key = `${market}|${category}|${type}`;
    const known = counts.get(key) ?? { market, category, type, billable: 0, free: 0 };
    known.billable += billable;
    known.free += free;
    counts.set(key, known);
  }
  return [...counts.values()].sort((a, b) => b.billable - a.billable || (a.market < b.market ? -1 : 1));
}
