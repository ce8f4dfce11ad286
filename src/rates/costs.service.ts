import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { countryOfPrefix } from '../rules/phone/phone-country.js';
import { CalendarSettings } from '../rules/calendar/calendar-settings.js';
import { dayAt } from '../rules/calendar/day.js';
import { costAnswer, type CostAnswer } from './cost-answer.js';
import { placeOf } from './markets.js';
import { type CostLine, type PriceBook, type PricedCost, type PricedLine, priceLines } from './price-days.js';
import type { RateCard } from './rate-card.js';
import * as queries from './rate-cards.queries.js';
import { RateCards } from './rate-cards.service.js';

/** Messages that would be sent, by the beginning of the number. */
export interface Expected {
  prefix: string;
  category: string;
  billable: number;
}

/** What messages cost, by what was counted and the cards that were uploaded. */
@Injectable()
export class Costs {
  constructor(
    private readonly database: Database,
    private readonly cards: RateCards,
    private readonly calendar: CalendarSettings,
    private readonly clock: Clock,
  ) {}

  async ofCampaign(organizationId: string, campaignId: string): Promise<CostAnswer> {
    return costAnswer(await this.priced(organizationId, { campaignId }));
  }

  /** Line by line: a day, a campaign, a country, a category. */
  async priced(organizationId: string, scope: queries.CostScope): Promise<PricedLine<PricedCost>[]> {
    const db = this.database.manager;
    const lines = await queries.readCosts(db, organizationId, scope);
    const [first, last] = [lines[0]?.day, lines.at(-1)?.day];
    if (first === undefined || last === undefined) return [];
    const cards = await this.cards.inForceUntil(db, organizationId, last);
    const hasTiers = cards.some(({ rows }) => rows.some(({ from }) => from > 0));
    // Without tiers every message has its price, whatever else was billed in the month.
    const volumes = hasTiers
      ? await queries.readVolumes(db, organizationId, { from: first, to: last })
      : lines;
    return priceLines(lines, volumes, await this.book(db, organizationId, cards));
  }

  /** What messages would cost if they were delivered today, after what was billed this month. */
  async expected(
    db: EntityManager,
    organizationId: string,
    account: string,
    messages: readonly Expected[],
  ): Promise<PricedLine<CostLine>[]> {
    const today = dayAt(this.clock.now(), this.calendar.timeZone);
    // In order, it comes after the day itself: what was billed today has filled its tiers already.
    const day = `${today}+`;
    const lines = messages.map((one) => ({ ...one, day, account, type: 'regular', free: 0, unknown: 0 }));
    const cards = await this.cards.inForceUntil(db, organizationId, today);
    const before = await queries.readVolumes(db, organizationId, { from: today, to: today });
    return priceLines(lines, [...before, ...lines], await this.book(db, organizationId, cards));
  }

  private async book(
    db: EntityManager,
    organizationId: string,
    cards: readonly RateCard[],
  ): Promise<PriceBook> {
    const accounts = await queries.portfoliosOfAccounts(db, organizationId);
    const portfolios = new Map(accounts.map(({ account, portfolio }) => [account, portfolio]));
    const places = new Map<string, ReturnType<typeof placeOf>>();
    return {
      cards,
      portfolioOf: (account) => portfolios.get(account) ?? account,
      placeOf: (prefix) => {
        const known = places.get(prefix) ?? placeOf(prefix, countryOfPrefix);
        places.set(prefix, known);
        return known;
      },
    };
  }
}
