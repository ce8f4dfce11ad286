import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CampaignInput } from '../campaigns/campaign/campaign-input.js';
import {
  CampaignReadiness,
  isMarketing,
  type PreparedStart,
} from '../campaigns/message/campaign-readiness.service.js';
import { PlanOutlook } from '../campaigns/planning/plan-outlook.service.js';
import { Costs } from '../rates/costs.service.js';
import type { Principal } from '../platform/http/principal.js';
import type { RecipientInput } from '../recipients/recipient-input.js';
import type { Day } from '../rules/calendar/day.js';
import { type Forecast, forecastOf } from './forecast.js';
import { type ForecastCost, forecastCost } from './forecast-cost.js';
import type { Obstacle } from './forecast-problems.js';
import { ForecastPeople, type FoundPeople } from './forecast-people.service.js';
import { type ForecastChanges, type ForecastSubject, ForecastSubjects } from './forecast-subjects.service.js';
import { ForecastTurns } from './forecast-turns.service.js';
import { unfilledAmong } from './unfilled.js';
import * as queries from './people.queries.js';

/** How many people are checked for values that the message lacks. The start checks all of them. */
const FILLED = 2_000;

interface Known {
  prepared: PreparedStart;
  obstacles: Awaited<ReturnType<CampaignReadiness['obstacles']>>;
  now: Date;
}

/**
 * What would happen if a campaign started now: who gets it, on which days, and what stands in the way. It asks the
 * planner and the judgement of the claim, and reads one consistent state in a transaction that can change nothing.
 */
@Injectable()
export class Forecasts {
  constructor(
    private readonly turns: ForecastTurns,
    private readonly subjects: ForecastSubjects,
    private readonly people: ForecastPeople,
    private readonly outlook: PlanOutlook,
    private readonly readiness: CampaignReadiness,
    private readonly costs: Costs,
  ) {}

  async saved(caller: Principal, id: string, changes: ForecastChanges): Promise<Forecast> {
    return this.foretell(await this.subjects.saved(caller, id, changes));
  }

  async unsaved(
    caller: Principal,
    input: CampaignInput,
    more: { recipients?: readonly RecipientInput[] | undefined; startDate?: Day | undefined },
  ): Promise<Forecast> {
    return this.foretell(await this.subjects.unsaved(caller, input, more));
  }

  /** The message is looked up first, because Meta may have to be asked. */
  private async foretell(subject: ForecastSubject): Promise<Forecast> {
    const prepared = await this.readiness.prepare(subject.campaign);
    const obstacles = await this.readiness.obstacles(subject.campaign, prepared);
    return this.turns.read(subject.campaign.organizationId, (tx, now) =>
      this.read(tx, subject, { prepared, obstacles, now }),
    );
  }

  private async read(
    tx: EntityManager,
    { campaign, joins, refused }: ForecastSubject,
    { prepared, obstacles: { refusals, message, isComplete }, now }: Known,
  ): Promise<Forecast> {
    const template = 'refusal' in prepared ? null : prepared.template;
    const marketing = 'refusal' in prepared || isMarketing(prepared);
    const found = await this.people.find(tx, campaign, joins, now);
    const scope = await this.outlook.scopeOf(tx, campaign);
    const portfolioId = scope.messagingLimit === null ? null : scope.portfolioId;
    const free = await this.people.joiningForFree(tx, found, {
      portfolioId,
      senderId: campaign.senderId,
      now,
    });
    const joining = { people: found.counts.joining, free: free.length };
    const outlook = await this.outlook.of(tx, campaign, scope, { joining, now });
    const parts = await queries.judgeByDay(
      tx,
      {
        ...{
          people: found.people,
          today: outlook.today,
          isMarketing: marketing,
          suppressed: found.suppressed,
        },
        count: found.counts.there + found.counts.released + found.counts.joining,
        batches: outlook.plan.batches,
        ahead: [...outlook.free, ...free].slice(0, outlook.plan.ahead),
      },
      found.rules,
    );
    const unfilled =
      message === null || isComplete
        ? null
        : unfilledAmong(message, await queries.withValues(tx, found.people, FILLED));
    const obstacles: Obstacle[] = [
      ...refusals.map(({ code, message: text }) => ({ code, message: text })),
      ...(await this.missing(tx, campaign, found)),
      ...(unfilled === null ? [] : [{ code: 'variables_missing', ...unfilled }]),
    ];
    const inOtherZones = await this.people.inOtherZones(tx, campaign, found);
    const cost = await this.costOf(tx, campaign, parts, template?.category ?? null);
    const reading = { campaign, now, found, refused, outlook, parts, obstacles, inOtherZones, cost };
    return forecastOf({ ...reading, template, marketing });
  }

  /** As if all were delivered today, after what was billed this month. */
  private async costOf(
    tx: EntityManager,
    { organizationId, senderId }: ForecastSubject['campaign'],
    parts: readonly queries.JudgedPart[],
    category: string | null,
  ): Promise<ForecastCost | 'no_rate_card' | null> {
    if (category === null) return null;
    const counts = new Map<string, number>();
    for (const { reason, day, prefix, count } of parts) {
      if (reason !== null || day === null || prefix === null) continue;
      counts.set(prefix, (counts.get(prefix) ?? 0) + count);
    }
    const account = senderId === null ? '' : await queries.accountOf(tx, organizationId, senderId);
    const messages = [...counts].map(([prefix, billable]) => ({ prefix, category, billable }));
    const lines = await this.costs.expected(tx, organizationId, account, messages);
    return forecastCost(lines);
  }

  private async missing(
    tx: EntityManager,
    { organizationId, senderId }: ForecastSubject['campaign'],
    { counts }: FoundPeople,
  ): Promise<Obstacle[]> {
    const missing: Obstacle[] = [];
    if (senderId === null) {
      const message = 'No WhatsApp number is connected: create a sender, then give it to this campaign.';
      missing.push({ code: 'sender_missing', message });
    } else if (!(await queries.isSenderActive(tx, organizationId, senderId))) {
      const message =
        'The WhatsApp number of this campaign is paused or not confirmed: nothing goes out until it is.';
      missing.push({ code: 'sender_inactive', message });
    }
    if (counts.there + counts.released + counts.joining === 0) {
      missing.push({
        code: 'no_recipients',
        message: 'This campaign has no recipients to send to yet: add some first.',
      });
    }
    return missing;
  }
}
