import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { addDays, type Day, dayAt, startOfDay } from '../../rules/calendar/day.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { notFound } from '../../rules/errors/domain-error.js';
import {
  type CampaignDemand,
  type CampaignPlan,
  type SharedDays,
} from '../../rules/calendar/plan-schedule.js';
import { QuotaLedger } from '../../senders/quota/quota-ledger.service.js';
import { CampaignCalendar } from '../campaign/campaign-calendar.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { RecipientZones } from './recipient-zones.service.js';
import { carriesOn } from './daily-capacity.js';
import { ALL_WAVES, SAMPLE_WAVE } from '../campaign/open-wave.js';
import * as neighbours from './neighbours.queries.js';
import { clearMark, markPlan } from './plan-marks.queries.js';
import { type LaterWave, outcomeDaysOf, planWaves } from './plan-waves.js';
import * as queries from './planning.queries.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Rows changed by hand are found within this time. Everything else marks the plan it changes. */
const LONGEST_REST_MS = 10 * 60 * 1_000;

export interface PlanBasis {
  calendar: CampaignCalendar;
  outstanding: queries.Outstanding;
  /** Recipients whose message costs nothing of the shared limit, in insertion order. */
  free: string[];
  demand: CampaignDemand;
  /** Who waits until an experiment is decided; null: nobody. */
  later: LaterWave | null;
  shared: SharedDays;
}

/**
 * Assigns the recipients of a campaign to days. The plan is a forecast: it is made again whenever something changes it.
 *
 * Campaigns that share a limit are ranked by priority, then age. A plan takes what the plans above it leave, so a
 * command plans its own campaign only, and exactly; the plans below follow a moment later (`PlanUpkeep`).
 */
@Injectable()
export class Planning {
  constructor(
    private readonly clock: Clock,
    private readonly ledger: QuotaLedger,
    private readonly settings: CalendarSettings,
    private readonly zones: RecipientZones,
  ) {}

  async scopeOf(tx: EntityManager, organizationId: string, campaignId: string): Promise<queries.PlanScope> {
    const scope = await queries.planScopeOf(tx, organizationId, campaignId);
    if (scope === undefined) throw notFound('campaign', campaignId);
    return scope;
  }

  /** Must come first in a transaction that plans, before any campaign is locked. */
  async begin(tx: EntityManager, organizationId: string, campaignId: string): Promise<queries.PlanScope> {
    const scope = await this.scopeOf(tx, organizationId, campaignId);
    await queries.lockPlan(tx, scope);
    return scope;
  }

  /** Plans a campaign as its row says now. The caller holds it. */
  async plan(tx: EntityManager, campaign: Campaign, scope: queries.PlanScope): Promise<CampaignPlan> {
    const now = this.clock.now();
    const { id } = campaign;
    await this.zones.assign(tx, campaign);
    const { calendar, outstanding, free, demand, later, shared } = await this.basisOf(
      tx,
      campaign,
      scope,
      now,
    );
    const plan = planWaves(demand, later, shared);
    const ahead = free.slice(0, plan.ahead);
    await queries.writePlan(
      tx,
      id,
      {
        today: calendar.today,
        usedToday: outstanding.usedToday,
        batches: plan.batches,
        ahead,
        sample: await this.sampleOf(tx, campaign, outstanding, ahead),
        completesOn: plan.completesOn,
        plannedLimit: scope.messagingLimit,
        nextLookAt: nextLookAt(calendar),
      },
      now,
    );
    if (await neighbours.isAnyBelow(tx, campaign, scope)) await markPlan(tx, id, 'below', now);
    return plan;
  }

  /** What a plan is made of, read and not changed: the forecast makes its plan of the same. */
  async basisOf(
    tx: EntityManager,
    campaign: Campaign,
    scope: queries.PlanScope,
    now: Date,
  ): Promise<PlanBasis> {
    const { id } = campaign;
    const calendar = new CampaignCalendar(campaign, this.settings, now);
    const outstanding = await queries.outstandingOf(tx, id, calendar, campaign.openWave);
    const since = new Date(now.getTime() - DAY_MS);
    const free = await queries.freeOfCost(tx, id, scope, { since, openWave: campaign.openWave });
    const today = dayAt(now, this.settings.timeZone);
    const capacityOn = await this.capacity(tx, campaign, scope, { today, uncounted: outstanding.uncounted });
    const demand = {
      id,
      priority: campaign.priority,
      createdAt: campaign.createdAt,
      remaining: outstanding.pending,
      dailyLimit: campaign.dailySendLimit,
      usedToday: outstanding.usedToday,
      counted: free.length,
      ...startOf(campaign, calendar),
    };
    return {
      calendar,
      outstanding,
      free,
      demand,
      later: await this.laterOf(tx, campaign, outstanding),
      shared: { today, ...(capacityOn === null ? {} : { capacityOn }) },
    };
  }

  private async laterOf(
    tx: EntityManager,
    { id }: Campaign,
    { later, sampleEndedOn }: queries.Outstanding,
  ): Promise<LaterWave | null> {
    if (later === 0) return null;
    const outcomeDays = outcomeDaysOf((await queries.outcomeWindowOf(tx, id)) ?? 0);
    return { people: later, outcomeDays, sampleEndedOn };
  }

  /**
   * The first wave goes first also when the second is open. People who go ahead of their turn belong to any wave then,
   * and to give them their day is worth more than the order of the others.
   */
  private async sampleOf(
    tx: EntityManager,
    { id, openWave }: Campaign,
    { pending }: queries.Outstanding,
    ahead: readonly string[],
  ): Promise<number | null> {
    if (openWave === ALL_WAVES) return null;
    if (openWave === SAMPLE_WAVE) return pending;
    return ahead.length > 0 ? null : queries.pendingOfSample(tx, id);
  }

  /** The days of a campaign that does not start after all; `clear` then takes those of its recipients. */
  async withdraw(tx: EntityManager, campaign: Campaign): Promise<void> {
    await queries.withdrawPlan(tx, campaign.id, this.clock.now());
  }

  /** A campaign that sends nothing more has no days: its recipients wait for none. */
  async clear(tx: EntityManager, campaign: Campaign): Promise<void> {
    const now = this.clock.now();
    const calendar = new CampaignCalendar(campaign, this.settings, now);
    const { usedToday } = await queries.outstandingOf(tx, campaign.id, calendar, campaign.openWave);
    await queries.writePlan(
      tx,
      campaign.id,
      {
        today: calendar.today,
        usedToday,
        batches: [],
        ahead: [],
        sample: null,
        completesOn: null,
        plannedLimit: campaign.plannedLimit,
        nextLookAt: nextLookAt(calendar),
      },
      now,
    );
    await clearMark(tx, campaign.id, null);
  }

  /**
   * The plan knows only the end of each day of the moving 24 hours: people counted yesterday are free again by the end
   * of today, people counted since midnight are not. When a unit becomes free during the day, the ledger reports it to
   * the senders.
   */
  private async capacity(
    tx: EntityManager,
    campaign: Campaign,
    scope: queries.PlanScope,
    { today, uncounted }: { today: Day; uncounted: number },
  ): Promise<((day: Day) => number) | null> {
    const { portfolioId, messagingLimit } = scope;
    if (portfolioId === null || messagingLimit === null) return null;
    const counted = await this.ledger.usedBesideReserve(
      tx,
      portfolioId,
      startOfDay(today, this.settings.timeZone),
    );
    const others = await neighbours.othersToday(tx, campaign, scope, today);
    const left = Math.max(0, messagingLimit - counted - uncounted - others.uncounted);
    const days = await neighbours.daysOfOthers(tx, campaign, scope, today);
    const above = new Map(days.map((one) => [one.day, one.above]));
    return (day) =>
      day <= today ? Math.max(0, left - others.above) : Math.max(0, messagingLimit - (above.get(day) ?? 0));
  }
}

/** The first day of what is left, and what the campaign's own pace and window carry on each day. */
export function startOf(
  campaign: Pick<Campaign, 'scheduledFor' | 'startDate' | 'rateLimit'>,
  { now, today, timeZone, window }: CampaignCalendar,
) {
  const { scheduledFor, startDate, rateLimit } = campaign;
  const earliest = scheduledFor !== null && scheduledFor > now ? scheduledFor : now;
  const firstPossible = dayAt(earliest, timeZone);
  const firstDay: Day = startDate !== null && startDate > firstPossible ? startDate : firstPossible;
  return { firstDay, today, carries: carriesOn({ rateLimit, timeZone, window }, firstPossible, earliest) };
}

/** At the next midnight, which leaves over what the day did not send, or sooner. */
export function nextLookAt({ now, today, timeZone }: CampaignCalendar): Date {
  const midnight = startOfDay(addDays(today, 1), timeZone).getTime();
  return new Date(Math.min(midnight, now.getTime() + LONGEST_REST_MS));
}
