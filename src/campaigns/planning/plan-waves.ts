import { addDays, type Day } from '../../rules/calendar/day.js';
import {
  type CampaignDemand,
  type CampaignPlan,
  planSchedule,
  type SharedDays,
} from '../../rules/calendar/plan-schedule.js';

/** Recipients who wait until an experiment is decided. */
export interface LaterWave {
  people: number;
  /** How many days the outcomes of the sample take to come in. */
  outcomeDays: number;
  /** The last day on which the sample was sent to; null: on none yet. */
  sampleEndedOn: Day | null;
}

const DAY_MS = 24 * 60 * 60 * 1_000;

export function outcomeDaysOf(windowMs: number): number {
  return Math.ceil(windowMs / DAY_MS);
}

/**
 * The plan of a campaign in two waves: the second is a demand of its own, whose first day is the day after the last of
 * the sample and its outcomes. Until the first is sent and judged, nobody knows better.
 */
export function planWaves(demand: CampaignDemand, later: LaterWave | null, shared: SharedDays): CampaignPlan {
  const sample = planOf(demand, shared);
  if (later === null || later.people === 0) return sample;
  if (sample.unplanned > 0) {
    return { ...sample, completesOn: null, unplanned: sample.unplanned + later.people };
  }
  const today = demand.today ?? shared.today;
  const last = sample.batches.at(-1)?.day ?? later.sampleEndedOn ?? today;
  const judged = addDays(last, 1 + later.outcomeDays);
  const tomorrow = addDays(today, 1);
  const firstDay = judged > tomorrow ? judged : tomorrow;
  const second = planOf({ ...demand, remaining: later.people, counted: 0, firstDay }, shared);
  return {
    id: demand.id,
    batches: [...sample.batches, ...second.batches],
    ahead: sample.ahead,
    completesOn: second.completesOn,
    unplanned: second.unplanned,
  };
}

export function planOf(demand: CampaignDemand, shared: SharedDays): CampaignPlan {
  const [plan] = planSchedule([demand], shared);
  return plan ?? { id: demand.id, batches: [], completesOn: null, ahead: 0, unplanned: 0 };
}
