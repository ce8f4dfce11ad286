import { Injectable } from '@nestjs/common';
import { Revenues } from '../../conversions/revenues.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Costs } from '../../rates/costs.service.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { dayAt } from '../../rules/calendar/day.js';
import { grouped, groupingOf } from './grouping.js';
import {
  COST_PARTS,
  type CostRow,
  costRows,
  REVENUE_PARTS,
  type RevenueRow,
  revenueRows,
} from './money-answers.js';
import { type Period, periodOf } from './period.js';

export interface MoneyQuestion {
  from?: string;
  to?: string;
  by?: string;
  campaignId?: string;
}

export type MoneyAnswer<Row> = Period & { totals: Row[]; rows: Row[] };

/** What came in and what it cost, from sums that are kept a day. */
@Injectable()
export class Money {
  constructor(
    private readonly revenues: Revenues,
    private readonly costs: Costs,
    private readonly calendar: CalendarSettings,
    private readonly clock: Clock,
  ) {}

  async revenue(organizationId: string, question: MoneyQuestion): Promise<MoneyAnswer<RevenueRow>> {
    const by = groupingOf(question.by, REVENUE_PARTS, ['day', 'campaign', 'rule', 'currency']);
    const period = this.periodOf(question);
    const { campaignId } = question;
    const days = await this.revenues.between(organizationId, { ...period, campaignId });
    return { ...period, totals: revenueRows(days, []), rows: revenueRows(days, by) };
  }

  async cost(organizationId: string, question: MoneyQuestion): Promise<MoneyAnswer<CostRow>> {
    const by = groupingOf(question.by, COST_PARTS, ['market', 'category', 'type']);
    const period = this.periodOf(question);
    const { campaignId } = question;
    const lines = await this.costs.priced(organizationId, { ...period, campaignId });
    const currencies = grouped(lines, ({ currency }) => [currency]);
    return { ...period, totals: currencies.flatMap((some) => costRows(some, [])), rows: costRows(lines, by) };
  }

  private periodOf(question: MoneyQuestion): Period {
    return periodOf(question, dayAt(this.clock.now(), this.calendar.timeZone));
  }
}
