import { Injectable } from '@nestjs/common';
import { ButtonPresses } from '../../links/button-presses.service.js';
import { TrackedLinks } from '../../links/tracked-links.service.js';
import { Revenues } from '../../conversions/revenues.service.js';
import { Costs } from '../../rates/costs.service.js';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import type { CampaignDetails, CampaignFigures, DayFigures, ScheduledBatch } from './campaign-figures.js';
import { explainError } from './campaign-stats-errors.js';
import { figuresOf } from '../variants/experiments.queries.js';
import * as queries from './campaign-stats.queries.js';

// A month of hours. Campaigns that run longer show their latest month here, and every day in analytics.
const TIMELINE_HOURS = 31 * 24;
const SAMPLES = 10;

/**
 * The results of a campaign, read from counters that the database keeps (docs/statistics.md): a campaign of ten
 * million recipients costs no more than one of ten.
 */
@Injectable()
export class CampaignStats {
  constructor(
    private readonly database: Database,
    private readonly links: TrackedLinks,
    private readonly presses: ButtonPresses,
    private readonly revenues: Revenues,
    private readonly prices: Costs,
  ) {}

  async marketingStats(organizationId: string, id: string): Promise<CampaignFigures> {
    const figures = await queries.findFigures(this.database.manager, organizationId, id);
    if (figures === undefined) throw notFound('campaign', id);
    return figures;
  }

  async whatsappStats(organizationId: string, id: string): Promise<CampaignDetails> {
    const figures = await this.marketingStats(organizationId, id);
    const db = this.database.manager;
    const [errors, timeline, sums, costs, revenue, cost, variants, sampleFailures, links, buttons] =
      await Promise.all([
        queries.countErrors(db, organizationId, id),
        queries.readTimeline(db, organizationId, id, TIMELINE_HOURS),
        queries.sumTimeline(db, organizationId, id),
        queries.readCosts(db, organizationId, id),
        this.revenues.ofCampaign(organizationId, id),
        this.prices.ofCampaign(organizationId, id),
        figuresOf(db, id),
        figures.failed === 0 ? [] : queries.sampleFailures(db, organizationId, id, SAMPLES),
        this.links.figuresOf(organizationId, id),
        this.presses.of(id),
      ]);
    const shown = variants.filter(({ number }) => number > 0);
    return {
      ...{ figures, errors: errors.map(explainError), timeline, sampleFailures, costs, revenue, ...sums },
      cost: costs.length === 0 ? null : cost,
      clicked: { links, buttons },
      variants: shown,
    };
  }

  async analytics(organizationId: string, id: string): Promise<DayFigures[]> {
    await this.marketingStats(organizationId, id);
    return queries.readDays(this.database.manager, organizationId, id);
  }

  async schedule(organizationId: string, id: string): Promise<ScheduledBatch[]> {
    await this.marketingStats(organizationId, id);
    return queries.readSchedule(this.database.manager, organizationId, id);
  }
}
