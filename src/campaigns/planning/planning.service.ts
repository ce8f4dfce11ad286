import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { type Day, dayAt, startOfDay } from '../../rules/calendar/day.js';
import { type CampaignDemand, type CampaignPlan, planSchedule } from '../../rules/calendar/plan-schedule.js';
import { QuotaLedger } from '../../senders/quota/quota-ledger.service.js';
import { windowOf } from '../campaign/campaign-window.js';
import { carriesOn } from './daily-capacity.js';
import * as queries from './planning.queries.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Who is written to on which day. The plan is a forecast: it is made anew whenever something changes it. */
@Injectable()
export class PlanningService {
  constructor(
    private readonly clock: Clock,
    private readonly ledger: QuotaLedger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** To be called first in a transaction that is going to plan, before any campaign is locked. */
  async begin(tx: EntityManager, organizationId: string, campaignId: string): Promise<queries.PlanScope> {
    const scope = await queries.planScopeOf(tx, organizationId, campaignId);
    if (scope === undefined) throw notFound('campaign', campaignId);
    await queries.lockPlan(tx, scope);
    return scope;
  }

  /**
   * Plans a campaign, and with it the others that share its portfolio's limit: what it takes is not there for
   * those that rank below, and what it leaves is. Returns the plan of the campaign itself.
   */
  async plan(
    tx: EntityManager,
    organizationId: string,
    campaignId: string,
    scope: queries.PlanScope,
    { leaveOut = false } = {},
  ): Promise<CampaignPlan | undefined> {
    const now = this.clock.now();
    const campaigns = await queries.lockPlannedCampaigns(tx, organizationId, campaignId, scope);
    const planned = leaveOut ? campaigns.filter(({ id }) => id !== campaignId) : campaigns;
    const demands: CampaignDemand[] = [];
    const known = new Map<string, { today: Day; usedToday: number; counted: string[] }>();
    let uncounted = 0;
    for (const campaign of planned) {
      const own = dayAt(now, campaign.timeZone);
      const begins = startOfDay(own, campaign.timeZone);
      const outstanding = await queries.outstandingOf(tx, campaign.id, { today: own, begins });
      uncounted += outstanding.uncounted;
      const ids = await queries.countedAlready(tx, campaign.id, scope, new Date(now.getTime() - DAY_MS));
      known.set(campaign.id, { today: own, usedToday: outstanding.usedToday, counted: ids });
      demands.push({ ...this.demandOf(campaign, outstanding, now), counted: ids.length });
    }
    const today = dayAt(now, this.config.timeZone);
    const capacityOn = await this.capacity(tx, scope, today, uncounted);
    const plans = planSchedule(demands, { today, ...(capacityOn === null ? {} : { capacityOn }) });
    const own = plans.find(({ id }) => id === campaignId);
    if (own !== undefined && own.unplanned > 0) {
      const detail =
        'The limits of this campaign never let everybody through: look at its daily limit, its rate and its send window.';
      throw new DomainError('rule', 'cannot_be_planned', detail);
    }
    for (const { id, batches, completesOn, ahead } of plans) {
      const { today: day, usedToday, counted } = known.get(id) ?? { today, usedToday: 0, counted: [] };
      const first = counted.slice(0, ahead);
      const plannedLimit = scope.messagingLimit;
      const written = { batches, today: day, usedToday, ahead: first, completesOn, plannedLimit };
      await queries.writePlan(tx, id, written, now);
    }
    return own;
  }

  private demandOf(
    campaign: queries.PlannedCampaign,
    { pending, usedToday }: queries.Outstanding,
    now: Date,
  ): CampaignDemand {
    const { timeZone, scheduledFor, startDate } = campaign;
    const earliest = scheduledFor !== null && scheduledFor > now ? scheduledFor : now;
    const firstPossible = dayAt(earliest, timeZone);
    const firstDay: Day = startDate !== null && startDate > firstPossible ? startDate : firstPossible;
    const window = windowOf(campaign, this.config.sendWindow);
    return {
      id: campaign.id,
      priority: campaign.priority,
      createdAt: campaign.createdAt,
      remaining: pending,
      dailyLimit: campaign.dailySendLimit,
      usedToday,
      firstDay,
      today: dayAt(now, timeZone),
      carries: carriesOn({ rateLimit: campaign.rateLimit, timeZone, window }, firstPossible, earliest),
    };
  }

  /**
   * Of the moving 24 hours the plan knows only the end of each day: whoever was counted yesterday is free again by
   * the end of today, and whoever was counted since midnight is not. When in the day a unit gets free, the ledger
   * tells those who send.
   */
  private async capacity(
    tx: EntityManager,
    { portfolioId, messagingLimit }: queries.PlanScope,
    today: Day,
    uncounted: number,
  ): Promise<((day: Day) => number) | null> {
    if (portfolioId === null || messagingLimit === null) return null;
    const counted = await this.ledger.used(tx, portfolioId, startOfDay(today, this.config.timeZone));
    const left = Math.max(0, messagingLimit - counted - uncounted);
    return (day) => (day === today ? left : messagingLimit);
  }
}
