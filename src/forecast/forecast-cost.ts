import { costAnswer } from '../rates/cost-answer.js';
import { decimal } from '../rates/fraction.js';
import { type CostLine, type PricedLine, sumOf } from '../rates/price-days.js';

export interface ForecastCost {
  amount: string;
  currency: string;
  byMarket: { market: string; messages: number; amount: string }[];
}

/** Null: nobody would get a message. Without a price for all of them there is no amount. */
export function forecastCost(lines: readonly PricedLine<CostLine>[]): ForecastCost | 'no_rate_card' | null {
  if (lines.length === 0) return null;
  const { amount, currency } = costAnswer(lines);
  if (amount === null || currency === null) return 'no_rate_card';
  const markets = Map.groupBy(lines, ({ market }) => market);
  const byMarket = [...markets].map(([market, some]) => ({
    market,
    messages: some.reduce((sum, { billable }) => sum + billable, 0),
    amount: decimal(sumOf(some.flatMap((line) => line.amount ?? [])), 2),
  }));
  return { amount, currency, byMarket: byMarket.sort((a, b) => b.messages - a.messages) };
}
