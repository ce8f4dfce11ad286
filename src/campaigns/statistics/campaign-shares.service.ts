import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ProductStats } from '../../catalog/statistics/product-stats.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { dayAt } from '../../rules/calendar/day.js';
import { takeUncounted } from './campaign-shares.queries.js';

/** Rows of one transaction: it holds the products that it counts for. */
const BITE = 500;

/**
 * Once an hour: what campaigns have sent is added to the shares of the products they show. A campaign's counter changes
 * with every message, and a product's must not.
 */
@Injectable()
export class CampaignShares implements OnModuleInit {
  constructor(
    private readonly timetable: Timetable,
    private readonly database: Database,
    private readonly stats: ProductStats,
    private readonly clock: Clock,
    private readonly settings: CalendarSettings,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: 'count-campaign-shares',
      expression: '41 * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.run(),
    });
  }

  async run(): Promise<void> {
    for (let taken = BITE; taken === BITE;) taken = await this.countSome();
  }

  /** The difference is noted as counted where it is added, so a crash counts nothing twice. */
  private async countSome(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const shares = await takeUncounted(tx, BITE);
      const date = dayAt(this.clock.now(), this.settings.timeZone);
      for (const organizationId of new Set(shares.map((share) => share.organizationId))) {
        const own = shares.filter((share) => share.organizationId === organizationId && share.isThere);
        await this.stats.add(
          tx,
          organizationId,
          own.map(({ catalogId, productId, campaignId, added }) => ({
            ...{ catalogId, productId, variantId: null, campaignId, date, shares: added },
          })),
        );
      }
      return shares.length;
    });
  }
}
