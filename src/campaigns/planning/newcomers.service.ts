import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { type Day, dayAt, startOfDay } from '../../rules/calendar/day.js';
import { type CampaignPlan, planSchedule } from '../../rules/calendar/plan-schedule.js';
import { QuotaLedger } from '../../senders/quota/quota-ledger.service.js';
import { CampaignCalendar } from '../campaign/campaign-calendar.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { ALL_WAVES } from '../campaign/open-wave.js';
import { daysOfOthers, type DayOfOthers, remainingOfOthers } from './neighbours.queries.js';
import * as queries from './newcomers.queries.js';
import { markPlan } from './plan-marks.queries.js';
import { assertPlanned, MARK_DELAY_MS } from './planned.js';
import { holdPlanStill, type PlanScope } from './planning.queries.js';
import { Planning, startOf } from './planning.service.js';
import { RecipientZones } from './recipient-zones.service.js';

/**
 * New recipients of a running campaign join the end of its plan: they take what its last day leaves free, then the days
 * after it. No other recipient and no other campaign is touched, so one costs the same beside a million as beside ten.
 */
@Injectable()
export class Newcomers {
  constructor(
    private readonly planning: Planning,
    private readonly ledger: QuotaLedger,
    private readonly clock: Clock,
    private readonly settings: CalendarSettings,
    private readonly zones: RecipientZones,
  ) {}

  /** The caller holds the campaign. */
  async join(tx: EntityManager, campaign: Campaign): Promise<void> {
    const now = this.clock.now();
    // Who joins an experiment in two waves belongs between others: the plan keeper plans it again.
    if (campaign.openWave !== ALL_WAVES) {
      await markPlan(tx, campaign.id, 'own', new Date(now.getTime() + MARK_DELAY_MS));
      return;
    }
    const calendar = new CampaignCalendar(campaign, this.settings, now);
    const scope = await this.planning.scopeOf(tx, campaign.organizationId, campaign.id);
    const isStill = await holdPlanStill(tx, scope);
    const end = await queries.endOfPlan(tx, campaign.id, calendar.today);
    if (end.newcomers === 0) return;
    const { plan, isExact } = await this.planFor(tx, campaign, { calendar, scope, end });
    assertPlanned(plan);
    const [first] = plan.batches;
    if (first === undefined || plan.completesOn === null) return;
    await this.zones.assign(tx, campaign, { isNew: true });
    await queries.dateNewcomers(tx, campaign.id, plan.batches, now);
    const isToday = first.day <= calendar.today;
    await queries.extendPlan(tx, campaign.id, { completesOn: plan.completesOn, isToday });
    if (isStill && isExact && campaign.plannedLimit === scope.messagingLimit) return;
    await markPlan(tx, campaign.id, 'own', new Date(now.getTime() + MARK_DELAY_MS));
  }

  /**
   * Exact: a whole plan would give the same days. It would not where campaigns of lower rank have the places that the
   * newcomers would get, or where today's limit, which is estimated here, holds some of them back.
   */
  private async planFor(
    tx: EntityManager,
    campaign: Campaign,
    { calendar, scope, end }: { calendar: CampaignCalendar; scope: PlanScope; end: queries.PlanEnd },
  ): Promise<{ plan: CampaignPlan; isExact: boolean }> {
    const { id, priority, createdAt, dailySendLimit } = campaign;
    const { firstDay, carries } = startOf(campaign, calendar);
    const from = end.lastDay !== null && end.lastDay > firstDay ? end.lastDay : firstDay;
    const onFirst = await this.usedOn(tx, campaign, { day: from, calendar, end });
    const roomOn = (day: Day): number => {
      const isFirst = day === from;
      const own = (dailySendLimit ?? Infinity) - (isFirst ? onFirst.ofLimit : 0);
      return Math.min(own, (carries(day) ?? Infinity) - (isFirst ? onFirst.waiting : 0));
    };
    const today = dayAt(calendar.now, this.settings.timeZone);
    const demand = {
      id,
      priority,
      createdAt,
      remaining: end.newcomers,
      dailyLimit: null,
      firstDay: from,
      today: calendar.today,
      carries: roomOn,
    };
    const planWith = (capacityOn: ((day: Day) => number) | null): CampaignPlan => {
      const [plan] = planSchedule([demand], { today, ...(capacityOn === null ? {} : { capacityOn }) });
      return plan ?? { id, batches: [], completesOn: null, ahead: 0, unplanned: 0 };
    };
    const { portfolioId, messagingLimit } = scope;
    if (portfolioId === null || messagingLimit === null) return { plan: planWith(null), isExact: true };

    const others = new Map<Day, DayOfOthers>(
      (await daysOfOthers(tx, campaign, scope, today)).map((one) => [one.day, one]),
    );
    const ownOn = (day: Day): number => (day === from ? end.remaining : 0);
    const free = (day: Day, of: 'all' | 'above'): number =>
      Math.max(0, messagingLimit - (others.get(day)?.[of] ?? 0) - ownOn(day));
    const leftToday = from <= today ? await this.leftToday(tx, campaign, scope, today, end) : 0;
    const plan = planWith((day) => (day <= today ? leftToday : free(day, 'all')));
    const ideal = planWith((day) => (day <= today ? Infinity : free(day, 'above')));
    return { plan, isExact: isSame(plan, ideal) };
  }

  /** What the day that newcomers join first already holds. */
  private async usedOn(
    tx: EntityManager,
    { id, dailySendLimit, rateLimit }: Campaign,
    { day, calendar, end }: { day: Day; calendar: CampaignCalendar; end: queries.PlanEnd },
  ): Promise<{ ofLimit: number; waiting: number }> {
    if (day !== calendar.today) {
      const waiting = day === end.lastDay ? end.remaining : 0;
      return { ofLimit: waiting, waiting };
    }
    // Without a limit of its own the campaign takes any number today, and there may be a million to count.
    if (dailySendLimit === null && rateLimit === null) return { ofLimit: 0, waiting: 0 };
    const waiting = await queries.pendingOn(tx, id, day);
    return { ofLimit: end.takenToday + waiting, waiting };
  }

  /** By the schedules, which count messages in flight once more than the ledger: never too many. */
  private async leftToday(
    tx: EntityManager,
    campaign: Campaign,
    scope: PlanScope,
    today: Day,
    end: queries.PlanEnd,
  ): Promise<number> {
    const { portfolioId, messagingLimit } = scope;
    if (portfolioId === null || messagingLimit === null) return Infinity;
    const counted = await this.ledger.usedBesideReserve(
      tx,
      portfolioId,
      startOfDay(today, this.settings.timeZone),
    );
    const others = await remainingOfOthers(tx, campaign, scope, today);
    return Math.max(0, messagingLimit - counted - others - end.remainingToday);
  }
}

function isSame(a: CampaignPlan, b: CampaignPlan): boolean {
  return (
    a.batches.length === b.batches.length &&
    a.batches.every(({ day, count }, n) => day === b.batches[n]?.day && count === b.batches[n].count)
  );
}
