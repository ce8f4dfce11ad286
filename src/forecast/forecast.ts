import type { CampaignState } from '../campaigns/campaign/campaign-state.js';
import type { PlanConflict } from '../campaigns/planning/plan-conflicts.js';
import { SKIPPED } from '../messages/judgement/judgement.js';
import type { Day } from '../rules/calendar/day.js';
import type { DailyBatch } from '../rules/calendar/plan-schedule.js';
import type { ForecastCost } from './forecast-cost.js';
import { type Obstacle, type Problem, problemsOf, type Warning } from './forecast-problems.js';

export interface LeftOutPeople {
  reason: string;
  count: number;
  sample: string[];
}

export interface ForecastDay {
  date: Day;
  count: number;
  skipped: number;
  ofLimit: number | null;
  takenByOthers: number;
}

export interface Forecast {
  asOf: string;
  recipients: {
    matched: number;
    reachable: number;
    leftOut: LeftOutPeople[];
    total: number;
    done: number;
    willSend: number;
    skipped: LeftOutPeople[];
  };
  notReady: { code: string; message: string }[];
  problems: Problem[];
  warnings: Warning[];
  days: ForecastDay[];
  startsOn: Day | null;
  endsOn: Day | null;
  endsOnIf: { limitUnlimited: Day | null; limitDoubled: Day | null };
  quota: { limit: number | null; usedLast24h: number; freeToday: number | null; reserve: number } | null;
  conflicts: PlanConflict[];
  billable: { category: string | null; messages: number };
  cost: ForecastCost | null;
}

/** What was read; see the services for where it comes from. */
export interface Findings {
  campaign: {
    status: CampaignState;
    dailySendLimit: number | null;
    totalTargetCustomers: number;
  };
  now: Date;
  found: {
    counts: { there: number; released: number; joining: number };
    notChosen: readonly LeftOutPeople[];
    unchecked: number;
  };
  /** Given numbers that cannot be added. */
  refused: readonly LeftOutPeople[];
  outlook: {
    plan: { batches: readonly DailyBatch[]; unplanned: number };
    others: ReadonlyMap<Day, number>;
    endsOnIf: Forecast['endsOnIf'];
    conflicts: PlanConflict[];
    quota: Forecast['quota'];
    isWindowShort: boolean;
  };
  parts: readonly { day: Day | null; reason: string | null; count: number; sample: string[] | null }[];
  obstacles: readonly Obstacle[];
  /** Of a campaign that sends on the clocks of its recipients: how many have another time than the campaign. */
  inOtherZones: number;
  template: { category: string; qualityScore: string | null } | null;
  marketing: boolean;
  cost: ForecastCost | 'no_rate_card' | null;
}

const SHOWN = 3;
const CANNOT_BE_PLANNED: Obstacle = {
  code: 'cannot_be_planned',
  message:
    'The limits of this campaign leave some recipients without a day: check its daily limit, its rate and its send window.',
};

export function forecastOf(findings: Findings): Forecast {
  const { campaign, now, found, refused, outlook, parts, template } = findings;
  const days = daysOf(findings);
  const skipped = byReason(parts.filter((part) => part.reason !== null));
  const willSend = sum(days.map(({ count }) => count));
  const leftOut = byReason([...found.notChosen, ...refused, ...skipped]);
  const total = campaign.totalTargetCustomers + found.counts.joining;
  const matched = total + sum([...found.notChosen, ...refused].map(({ count }) => count));
  const going = days.filter(({ count }) => count > 0);
  const obstacles = [...findings.obstacles, ...(outlook.plan.unplanned > 0 ? [CANNOT_BE_PLANNED] : [])];
  const warnings = warningsOf(findings, { skipped, days });
  return {
    asOf: now.toISOString(),
    recipients: {
      matched,
      reachable: matched - sum(leftOut.map(({ count }) => count)),
      leftOut,
      total,
      done: campaign.totalTargetCustomers - found.counts.there - found.counts.released,
      willSend,
      skipped,
    },
    notReady: obstacles.map(({ code, message }) => ({ code, message })),
    problems: problemsOf(obstacles, leftOut, warnings),
    warnings,
    days: going,
    startsOn: going[0]?.date ?? null,
    endsOn: going.at(-1)?.date ?? null,
    endsOnIf: outlook.endsOnIf,
    quota: outlook.quota,
    conflicts: outlook.conflicts,
    billable: { category: template?.category ?? null, messages: willSend },
    cost: findings.cost === 'no_rate_card' ? null : findings.cost,
  };
}

function daysOf({ campaign, outlook, parts }: Findings): ForecastDay[] {
  const limits = [campaign.dailySendLimit, outlook.quota?.limit ?? null].filter((one) => one !== null);
  const ofLimit = limits.length === 0 ? null : Math.min(...limits);
  const days = new Map<Day, ForecastDay>();
  for (const { day, reason, count } of parts) {
    if (day === null) continue;
    const known = days.get(day) ?? {
      ...{ date: day, count: 0, skipped: 0, ofLimit },
      takenByOthers: outlook.others.get(day) ?? 0,
    };
    days.set(day, known);
    if (reason === null) known.count += count;
    else known.skipped += count;
  }
  return [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** One entry a reason, the most frequent first. */
function byReason(
  parts: readonly { reason: string | null; count: number; sample: string[] | null }[],
): LeftOutPeople[] {
  const reasons = new Map<string, LeftOutPeople>();
  for (const { reason, count, sample } of parts) {
    if (reason === null) continue;
    const known = reasons.get(reason) ?? { reason, count: 0, sample: [] };
    reasons.set(reason, known);
    known.count += count;
    known.sample.push(...(sample ?? []).slice(0, SHOWN - known.sample.length));
  }
  return [...reasons.values()].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}

function warningsOf(
  { found, outlook, inOtherZones, template, marketing, cost }: Findings,
  { skipped, days }: { skipped: readonly LeftOutPeople[]; days: readonly ForecastDay[] },
): Warning[] {
  const { quota } = outlook;
  const us = skipped.find(({ reason }) => reason === SKIPPED.us);
  const isFull = days.some(({ count, takenByOthers }) => count + takenByOthers >= (quota?.limit ?? Infinity));
  const isNew = template !== null && marketing && (template.qualityScore ?? 'UNKNOWN') === 'UNKNOWN';
  const warnings: (Warning | false)[] = [
    us !== undefined && { code: 'us_marketing_restricted', count: us.count },
    template?.qualityScore === 'RED' && { code: 'template_quality_low' },
    isNew && { code: 'template_new_may_be_held' },
    quota?.reserve === 0 && isFull && { code: 'quota_has_no_reserve' },
    outlook.isWindowShort && { code: 'window_short' },
    found.unchecked > 0 && { code: 'unsubscribed_not_all_checked', count: found.unchecked },
    inOtherZones > 0 && { code: 'people_in_other_zones', count: inOtherZones },
    cost === 'no_rate_card' && { code: 'no_rate_card' },
  ];
  return warnings.filter((one) => one !== false);
}

const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);
