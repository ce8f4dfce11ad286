/** ISO 4217 for no currency at all: of conversions without a value. */
export const NO_CURRENCY = 'XXX';

/** In one currency; sums of several are never added up. */
export interface RevenueSum {
  currency: string;
  /** Orders and others, without those that were taken back whole. */
  conversions: number;
  orders: number;
  orderedValue: string;
  revenue: string;
}

export interface CampaignRevenue {
  sums: RevenueSum[];
  /** Recipients with at least one conversion that stands. */
  people: number;
}

export interface RevenueDay extends RevenueSum {
  day: string;
  campaignId: string | null;
  ruleId: string | null;
  variant: number | null;
  value: string;
  reversed: string;
}
