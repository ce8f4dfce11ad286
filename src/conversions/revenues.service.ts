import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import type { Day } from '../rules/calendar/day.js';
import type { CampaignRevenue, RevenueDay } from './revenue.js';
import * as queries from './conversions.queries.js';

/** What campaigns brought in, from sums that are kept a day. */
@Injectable()
export class Revenues {
  constructor(private readonly database: Database) {}

  async ofCampaign(organizationId: string, campaignId: string): Promise<CampaignRevenue> {
    const db = this.database.manager;
    const sums = await queries.revenueOfCampaign(db, organizationId, campaignId);
    const people = sums.length === 0 ? 0 : await queries.countConverters(db, organizationId, campaignId);
    return { sums, people };
  }

  async between(
    organizationId: string,
    scope: { from: Day; to: Day; campaignId?: string | undefined },
  ): Promise<RevenueDay[]> {
    return queries.revenueBetween(this.database.manager, organizationId, scope);
  }
}
