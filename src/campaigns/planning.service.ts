import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { DomainError, notFound } from '../platform/errors/domain-error.js';
import { type Day, dayAt } from '../scheduling/day.js';
import { type CampaignDemand, type CampaignPlan, planSchedule } from '../scheduling/plan-schedule.js';
import { windowOf } from './campaign-window.js';
import { carriesOn } from './daily-capacity.js';
import * as queries from './planning.queries.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Who is written to on which day. The plan is a forecast: it is made anew whenever something changes it. */
@Injectable()
export class PlanningService {
  constructor(
    private readonly clock: Clock,
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
    for (const campaign of planned) demands.push(await this.demandOf(tx, campaign, now));
    const today = dayAt(now, this.config.timeZone);
    const capacityOn = await this.capacity(tx, organizationId, scope, today, now);
    const plans = planSchedule(demands, { today, ...(capacityOn === null ? {} : { capacityOn }) });
    const own = plans.find(({ id }) => id === campaignId);
    if (own !== undefined && own.unplanned > 0) {
      const detail =
        'The limits of this campaign never let everybody through: look at its daily limit, its rate and its send window.';
      throw new DomainError('rule', 'cannot_be_planned', detail);
    }
    for (const { id, batches, completesOn } of plans) {
      const written = { batches, completesOn, plannedLimit: scope.messagingLimit };
      await queries.writePlan(tx, id, written, now);
    }
    return own;
  }

  private async demandOf(
    tx: EntityManager,
    campaign: queries.PlannedCampaign,
    now: Date,
  ): Promise<CampaignDemand> {
    const { timeZone, scheduledFor, startDate } = campaign;
    const earliest = scheduledFor !== null && scheduledFor > now ? scheduledFor : now;
    const firstPossible = dayAt(earliest, timeZone);
    const firstDay: Day = startDate !== null && startDate > firstPossible ? startDate : firstPossible;
    const { pending, usedToday } = await queries.outstandingOf(tx, campaign.id, dayAt(now, timeZone));
    const window = windowOf(campaign, this.config.sendWindow);
    return {
      id: campaign.id,
      priority: campaign.priority,
      createdAt: campaign.createdAt,
      remaining: pending,
      dailyLimit: campaign.dailySendLimit,
      usedToday,
      firstDay,
      carries: carriesOn({ rateLimit: campaign.rateLimit, timeZone, window }, firstPossible, earliest),
    };
  }

  private async capacity(
    tx: EntityManager,
    organizationId: string,
    { portfolioId, messagingLimit }: queries.PlanScope,
    today: Day,
    now: Date,
  ): Promise<((day: Day) => number) | null> {
    if (portfolioId === null || messagingLimit === null) return null;
    const used = await queries.portfolioUse(
      tx,
      organizationId,
      portfolioId,
      new Date(now.getTime() - DAY_MS),
    );
    return (day) => (day === today ? Math.max(0, messagingLimit - used) : messagingLimit);
  }
}
