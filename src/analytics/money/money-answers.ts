import type { RevenueDay } from '../../conversions/revenue.js';
import { costAnswer, type CostAnswer } from '../../rates/cost-answer.js';
import type { PricedCost, PricedLine } from '../../rates/price-days.js';
import { formatMoney, parseMoney } from '../../rules/money/money.js';
import { grouped } from './grouping.js';

export const REVENUE_PARTS = ['day', 'campaign', 'rule', 'variant', 'currency'] as const;
export type RevenuePart = (typeof REVENUE_PARTS)[number];
export const COST_PARTS = ['day', 'campaign', 'purpose', 'market', 'country', 'category', 'type'] as const;
export type CostPart = (typeof COST_PARTS)[number];

export interface RevenueRow {
  day: string | null;
  campaignId: string | null;
  ruleId: string | null;
  variant: number | null;
  currency: string;
  conversions: number;
  orders: number;
  value: string;
  reversed: string;
  orderedValue: string;
  revenue: string;
}

/** Always by currency: sums of several are never added up. */
export function revenueRows(days: readonly RevenueDay[], by: readonly RevenuePart[]): RevenueRow[] {
  const has = (part: RevenuePart): boolean => by.includes(part);
  const partsOf = ({ day, campaignId, ruleId, variant }: RevenueDay) => ({
    day: has('day') ? day : null,
    campaignId: has('campaign') ? campaignId : null,
    ruleId: has('rule') ? ruleId : null,
    variant: has('variant') ? variant : null,
  });
  const groups = grouped(days, (row) => [...Object.values(partsOf(row)), row.currency]);
  return groups.flatMap((rows) => {
    const [first] = rows;
    if (first === undefined) return [];
    const money = (read: (row: RevenueDay) => string): string =>
      formatMoney(rows.reduce((sum, row) => sum + parseMoney(read(row), { allowNegative: true }), 0n));
    const count = (read: (row: RevenueDay) => number): number =>
      rows.reduce((sum, row) => sum + read(row), 0);
    return [
      {
        ...partsOf(first),
        currency: first.currency,
        conversions: count(({ conversions }) => conversions),
        orders: count(({ orders }) => orders),
        value: money(({ value }) => value),
        reversed: money(({ reversed }) => reversed),
        orderedValue: money(({ orderedValue }) => orderedValue),
        revenue: money(({ revenue }) => revenue),
      },
    ];
  });
}

export interface CostRow extends Omit<CostAnswer, 'counts'> {
  day: string | null;
  campaignId: string | null;
  purpose: string | null;
  market: string | null;
  country: string | null;
  category: string | null;
  type: string | null;
  billable: number;
  free: number;
  unknown: number;
}

export function costRows(lines: readonly PricedLine<PricedCost>[], by: readonly CostPart[]): CostRow[] {
  const has = (part: CostPart): boolean => by.includes(part);
  const partsOf = (line: PricedLine<PricedCost>) => ({
    day: has('day') ? line.day : null,
    campaignId: has('campaign') ? line.campaignId : null,
    purpose: has('purpose') ? line.purpose : null,
    market: has('market') ? line.market : null,
    country: has('country') ? line.country : null,
    category: has('category') ? line.category : null,
    type: has('type') ? line.type : null,
  });
  return grouped(lines, (line) => Object.values(partsOf(line))).flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const count = (kind: 'billable' | 'free' | 'unknown'): number =>
      group.reduce((sum, line) => sum + line[kind], 0);
    const { amount, currency, perDelivered, estimated, because } = costAnswer(group);
    return [
      {
        ...partsOf(first),
        ...{ billable: count('billable'), free: count('free'), unknown: count('unknown') },
        ...{ amount, currency, perDelivered, estimated, because },
      },
    ];
  });
}
