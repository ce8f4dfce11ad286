import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import type { Day } from '../../rules/calendar/day.js';
import * as queries from './product-stats.queries.js';
import type { StatsKey, StatsOf, StatsSums } from './product-stats.queries.js';
import { daysOf, readRange, type StatsRange } from './stats-range.js';

/** What to add to a day; what is left out is 0. Differences may be negative: an order can be cancelled. */
export type StatsAddition = StatsKey & Partial<StatsSums>;

export interface Stats {
  range: StatsRange;
  sums: StatsSums;
  /** Every day of the range, also those on which nothing happened. */
  series: (StatsSums & { date: Day })[];
}

export type CampaignStats = StatsSums & { campaignId: string };
export type BestProduct = StatsSums & { productId: string; sku: string | null; name: string | null };

export interface CatalogStats extends Stats {
  byCampaign: CampaignStats[];
  bestProducts: BestProduct[];
}

const NOTHING: StatsSums = { shares: 0, views: 0, cartAdds: 0, units: 0, orders: 0, revenue: '0.00' };
const BEST_PRODUCTS = 20;
const CAMPAIGNS = 100;

type Asked = { from?: string | undefined; to?: string | undefined };

/** Figures by day. They are added up as things happen and never recounted. */
@Injectable()
export class ProductStats {
  constructor(
    private readonly database: Database,
    private readonly settings: CalendarSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds to days and counters, for any number of products, in the caller's transaction. It locks products, variants and
   * the catalog, in this order, so it comes after everything that locks orders.
   */
  async add(tx: EntityManager, organizationId: string, additions: readonly StatsAddition[]): Promise<void> {
    if (additions.length === 0) return;
    const deltas = additions.map((addition) => ({ ...NOTHING, ...addition }));
    await queries.addToCounters(tx, organizationId, deltas);
    await queries.addToDays(tx, organizationId, deltas);
  }

  async ofProduct(of: StatsOf, asked: Asked): Promise<Stats> {
    return this.read(of, this.range(asked));
  }

  async ofCatalog(of: StatsOf, asked: Asked): Promise<CatalogStats> {
    const range = this.range(asked);
    const { manager } = this.database;
    return {
      ...(await this.read(of, range)),
      byCampaign: await queries.statsByCampaign(manager, of, range, CAMPAIGNS),
      bestProducts: await queries.bestProducts(manager, of, range, BEST_PRODUCTS),
    };
  }

  private async read(of: StatsOf, range: StatsRange): Promise<Stats> {
    const { manager } = this.database;
    const days = new Map((await queries.statsByDay(manager, of, range)).map((row) => [row.date, row]));
    return {
      range,
      sums: await queries.statsInAll(manager, of, range),
      series: daysOf(range).map((date) => ({ ...(days.get(date) ?? NOTHING), date })),
    };
  }

  private range(asked: Asked): StatsRange {
    return readRange(asked, { now: this.clock.now(), timeZone: this.settings.timeZone });
  }
}
