import {
  type CampaignDemand,
  type CampaignPlan,
  planSchedule,
  type SharedDays,
} from '../../rules/calendar/plan-schedule.js';

/** Another campaign that gets its days later because of this one, or makes this one end later. */
export interface PlanConflict {
  kind: 'delays' | 'delayedBy';
  campaignId: string;
  name: string;
  days: number;
}

export interface NamedDemand {
  name: string;
  demand: CampaignDemand;
}

/** What the shared limit leaves: to all of the portfolio, and to this campaign and those below it. */
export interface SharedLimits {
  all: SharedDays;
  below: SharedDays;
}

const DAY_MS = 86_400_000;

/** Plans this campaign with each of its neighbours, and without it, and compares when they end. */
export function planConflicts(
  own: CampaignDemand,
  { above, below }: { above: readonly NamedDemand[]; below: readonly NamedDemand[] },
  limits: SharedLimits,
): PlanConflict[] {
  const others = below.map(({ demand }) => demand);
  const without = planSchedule(others, limits.below);
  const [, ...beside] = planSchedule([own, ...others], limits.below);
  const delays = below.flatMap(({ name, demand }, n) =>
    conflict('delays', name, demand, without[n], beside[n]),
  );
  const higher = above.map(({ demand }) => demand);
  const [late] = planSchedule([own, ...higher], limits.all);
  const delayedBy = above.flatMap(({ name, demand }) => {
    const [early] = planSchedule([own, ...higher.filter((one) => one !== demand)], limits.all);
    return conflict('delayedBy', name, demand, early, late);
  });
  return [...delayedBy, ...delays];
}

function conflict(
  kind: PlanConflict['kind'],
  name: string,
  { id: campaignId }: CampaignDemand,
  early: CampaignPlan | undefined,
  late: CampaignPlan | undefined,
): PlanConflict[] {
  const [from, to] = [early?.completesOn ?? null, late?.completesOn ?? null];
  if (from === null || to === null || from >= to) return [];
  return [{ kind, campaignId, name, days: (Date.parse(to) - Date.parse(from)) / DAY_MS }];
}
