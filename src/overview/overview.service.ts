import { Injectable } from '@nestjs/common';
import { CampaignCalendar } from '../campaigns/campaign/campaign-calendar.js';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import type { Principal } from '../platform/http/principal.js';
import { covers } from '../platform/http/route-access.js';
import { CalendarSettings } from '../rules/calendar/calendar-settings.js';
import { addDays, type Day, dayAt, startOfDay } from '../rules/calendar/day.js';
import { type Need, needsOf } from './needs.js';
import {
  type DayFigures,
  figuresOn,
  type LeftToday,
  type PlannedDay,
  untilWhen,
  weekFrom,
} from './overview.js';
import * as queries from './overview.queries.js';

const RUNNING = 50;
const TROUBLED = 50;
const MOST_ORDERS = 1_000;
/** A campaign that failed longer ago is history. */
const FAILED_FOR_DAYS = 14;

export interface Overview {
  now: Date;
  timeZone: string;
  running: queries.RunningCampaign[];
  runningCount: number;
  today: DayFigures & { date: Day; planned: number; until: Date | null };
  yesterday: DayFigures & { date: Day; orders: queries.OrdersOfDay[] | null };
  dayBefore: DayFigures & { date: Day };
  nextDays: PlannedDay[];
  needs: Need[];
  last: queries.CampaignName | undefined;
  next: queries.CampaignName | undefined;
  onboarding: queries.Onboarding;
}

/** A morning's look at everything: what runs, what waits for a person, and what is next. */
@Injectable()
export class Overviews {
  constructor(
    private readonly database: Database,
    private readonly calendar: CalendarSettings,
    private readonly clock: Clock,
  ) {}

  async read({ organizationId, scopes }: Principal): Promise<Overview> {
    const now = this.clock.now();
    const { timeZone } = this.calendar;
    const date = dayAt(now, timeZone);
    const [yesterday, before] = [addDays(date, -1), addDays(date, -2)];
    // One connection, one look: the figures belong together.
    return this.database.dataSource.transaction('REPEATABLE READ', async (tx) => {
      const running = await queries.runningCampaigns(tx, organizationId, date, RUNNING);
      const figures = await queries.figuresOf(tx, organizationId, [before, yesterday, date]);
      const planned = await queries.plannedBetween(tx, organizationId, date, addDays(date, 7));
      const seesOrders = covers(scopes, 'orders:read');
      return {
        ...{ now, timeZone, running },
        runningCount:
          running.length < RUNNING ? running.length : await queries.countRunning(tx, organizationId),
        today: {
          ...figuresOn(figures, date),
          planned: weekFrom(date, planned)[0]?.planned ?? 0,
          until: untilWhen(running.map((campaign) => this.leftOf(campaign, now))),
        },
        yesterday: {
          ...figuresOn(figures, yesterday),
          orders: seesOrders
            ? await queries.ordersBetween(
                tx,
                organizationId,
                startOfDay(yesterday, timeZone),
                startOfDay(date, timeZone),
              )
            : null,
        },
        dayBefore: figuresOn(figures, before),
        nextDays: weekFrom(addDays(date, 1), planned),
        needs: needsOf({
          senders: await queries.troubledSenders(tx, organizationId, TROUBLED),
          campaigns: await queries.troubledCampaigns(
            tx,
            organizationId,
            startOfDay(addDays(date, -FAILED_FOR_DAYS), timeZone),
            TROUBLED,
          ),
          orders: seesOrders
            ? {
                waiting: await queries.openOrders(tx, organizationId, 'pending', MOST_ORDERS),
                flagged: await queries.openOrders(tx, organizationId, 'flagged', MOST_ORDERS),
                most: MOST_ORDERS,
              }
            : null,
        }),
        last: await queries.lastCampaign(tx, organizationId),
        next: await queries.nextCampaign(tx, organizationId),
        onboarding: await queries.onboardingOf(tx, organizationId),
      };
    });
  }

  private leftOf(campaign: queries.RunningCampaign, now: Date): LeftToday {
    const opensAt = new CampaignCalendar(campaign, this.calendar, now).opensAt;
    const { rateLimit, throughput, leftToday } = campaign;
    const most = (throughput ?? 80) * 60;
    return {
      left: leftToday,
      rate: rateLimit === null ? most : Math.min(rateLimit, most),
      opensAt,
      closesAt: new CampaignCalendar(campaign, this.calendar, opensAt).closesAt,
    };
  }
}
