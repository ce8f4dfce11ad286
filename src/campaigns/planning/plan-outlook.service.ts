import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { addDays, type Day, startOfDay } from '../../rules/calendar/day.js';
import {
  type CampaignDemand,
  type CampaignPlan,
  type SharedDays,
} from '../../rules/calendar/plan-schedule.js';
import { QuotaLedger, type QuotaState } from '../../senders/quota/quota-ledger.service.js';
import { CampaignCalendar } from '../campaign/campaign-calendar.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import * as neighbours from './neighbours.queries.js';
import { type NamedDemand, type PlanConflict, planConflicts } from './plan-conflicts.js';
import { planWaves } from './plan-waves.js';
import { type PlanScope, planScopeOfSender } from './planning.queries.js';
import { Planning, startOf } from './planning.service.js';

/** More neighbours than this are planned around as always, but not named. */
const NAMED_NEIGHBOURS = 25;

/** People who will be added when the campaign starts: how many, and how many of them cost nothing of the limit. */
export interface Joining {
  people: number;
  free: number;
}

export interface Outlook {
  today: Day;
  plan: CampaignPlan;
  /** Recipients whose message costs nothing of the limit, in insertion order. The plan takes the first of them ahead. */
  free: string[];
  /** What other campaigns have planned, by day. Empty where no limit is shared. */
  others: ReadonlyMap<Day, number>;
  endsOnIf: { limitUnlimited: Day | null; limitDoubled: Day | null };
  conflicts: PlanConflict[];
  /** Null: the number belongs to no portfolio. */
  quota: (QuotaState & { freeToday: number | null }) | null;
  /** On some day the rate and the send window carry less than the daily limit. */
  isWindowShort: boolean;
}

/**
 * What the planner would do with a campaign as it stands, without writing a plan. It reads what `Planning` reads and
 * calls what `Planning` calls, so the two cannot come to different days.
 */
@Injectable()
export class PlanOutlook {
  constructor(
    private readonly planning: Planning,
    private readonly ledger: QuotaLedger,
    private readonly settings: CalendarSettings,
  ) {}

  async scopeOf(
    tx: EntityManager,
    campaign: Pick<Campaign, 'id' | 'organizationId' | 'senderId'>,
  ): Promise<PlanScope> {
    return planScopeOfSender(tx, campaign.organizationId, campaign);
  }

  async of(
    tx: EntityManager,
    campaign: Campaign,
    scope: PlanScope,
    { joining, now }: { joining: Joining; now: Date },
  ): Promise<Outlook> {
    const basis = await this.planning.basisOf(tx, campaign, scope, now);
    const { calendar, free, later, shared } = basis;
    const demand: CampaignDemand = {
      ...basis.demand,
      remaining: basis.demand.remaining + joining.people,
      counted: free.length + joining.free,
      carries: remembered(basis.demand.carries),
    };
    const planWith = (days: SharedDays): CampaignPlan => planWaves(demand, later, days);
    const plan = planWith(shared);
    const { messagingLimit } = scope;
    const more = (people: number): SharedDays => ({
      ...shared,
      capacityOn: (day) => (shared.capacityOn?.(day) ?? Infinity) + people,
    });
    const others = await neighbours.daysOfOthers(tx, campaign, scope, dayBefore(shared.today));
    return {
      today: calendar.today,
      plan,
      free,
      others: new Map(others.map(({ day, all }) => [day, all])),
      endsOnIf: {
        limitUnlimited:
          messagingLimit === null ? plan.completesOn : planWith({ today: shared.today }).completesOn,
        limitDoubled: messagingLimit === null ? plan.completesOn : planWith(more(messagingLimit)).completesOn,
      },
      quota: await this.quota(tx, scope, { shared, now }),
      conflicts: await this.conflicts(tx, campaign, scope, { demand, shared, now }),
      isWindowShort: plan.batches.some(({ day }) => isShort(demand, day)),
    };
  }

  private async quota(
    tx: EntityManager,
    { portfolioId }: PlanScope,
    { shared, now }: { shared: SharedDays; now: Date },
  ): Promise<Outlook['quota']> {
    if (portfolioId === null) return null;
    const state = await this.ledger.state(tx, portfolioId, now);
    return { ...state, freeToday: shared.capacityOn?.(shared.today) ?? null };
  }

  private async conflicts(
    tx: EntityManager,
    campaign: Campaign,
    scope: PlanScope,
    { demand, shared, now }: { demand: CampaignDemand; shared: SharedDays; now: Date },
  ): Promise<PlanConflict[]> {
    const { portfolioId, messagingLimit } = scope;
    if (portfolioId === null || messagingLimit === null || demand.remaining === 0) return [];
    const named = async (isAbove: boolean): Promise<NamedDemand[]> => {
      const found = await neighbours.neighbours(tx, campaign, scope, { isAbove, limit: NAMED_NEIGHBOURS });
      return found.map((neighbour) => ({
        name: neighbour.name,
        demand: {
          ...neighbour,
          dailyLimit: neighbour.dailySendLimit,
          ...this.startOf(neighbour, now),
        },
      }));
    };
    const begins = startOfDay(shared.today, this.settings.timeZone);
    const counted = await this.ledger.usedBesideReserve(tx, portfolioId, begins);
    const { uncounted } = await neighbours.othersToday(tx, campaign, scope, shared.today);
    const leftToday = Math.max(0, messagingLimit - counted - uncounted);
    const all: SharedDays = {
      today: shared.today,
      capacityOn: (day) => (day <= shared.today ? leftToday : messagingLimit),
    };
    return planConflicts(
      demand,
      { above: await named(true), below: await named(false) },
      { all, below: shared },
    );
  }

  private startOf(neighbour: neighbours.Neighbour, now: Date) {
    const { firstDay, today, carries } = startOf(
      neighbour,
      new CampaignCalendar(neighbour, this.settings, now),
    );
    return { firstDay, today, carries: remembered(carries) };
  }
}

/** A plan of years is made several times here, and the hours of a day take longest to find. */
function remembered(carries: CampaignDemand['carries']): (day: Day) => number | null {
  const known = new Map<Day, number | null>();
  return (day) => {
    const found = known.get(day);
    if (found !== undefined) return found;
    const value = carries?.(day) ?? null;
    known.set(day, value);
    return value;
  };
}

function isShort({ carries, dailyLimit }: CampaignDemand, day: Day): boolean {
  const carried = carries?.(day) ?? null;
  return carried !== null && carried < (dailyLimit ?? Infinity);
}

const dayBefore = (day: Day): Day => addDays(day, -1);
