import { addDays, type Day } from './day.js';

export interface CampaignDemand {
  id: string;
  /** 1 goes first. */
  priority: number;
  /** Of two campaigns with one priority the older goes first. */
  createdAt: Date;
  /** Recipients not yet sent to. They keep their insertion order. */
  remaining: number;
  /** Most recipients a calendar day; null: no limit. */
  dailyLimit: number | null;
  /** What today's limit has already been spent on. */
  usedToday?: number;
  /**
   * How many of the remaining recipients were counted today already. They cost nothing of the shared limit, so they
   * need not wait for it.
   */
  counted?: number;
  /** A day before today counts as today. */
  firstDay: Day;
  /** Today in the campaign's time zone, when it differs from the plan's day: the day its limit has been spent on. */
  today?: Day;
  /** What the campaign's own pace and send window can carry on a day; null: no bound. */
  carries?: (day: Day) => number | null;
}

export interface SharedDays {
  today: Day;
  /**
   * How many people the portfolio may still reach on a day, over all campaigns of the plan; today less what is
   * already used. Null: unknown or unlimited.
   */
  capacityOn?: (day: Day) => number | null;
}

export interface DailyBatch {
  day: Day;
  count: number;
}

export interface CampaignPlan {
  id: string;
  /** In day order, no day twice, no empty day. */
  batches: DailyBatch[];
  /** The day of the last batch; null when some recipients got no day, or none were left to plan. */
  completesOn: Day | null;
  /** How many of today's batch go ahead of their turn because they were counted already. */
  ahead: number;
  /** Recipients without a day: the limits never let them through, or not within a hundred years. */
  unplanned: number;
}

/** A plan that finds no free place for a year on end will not find one later. */
const MAX_IDLE_DAYS = 366;
const MAX_DAYS = 36_525;

/**
 * Gives each recipient the first day on which there is room: day by day, and within a day by priority, then
 * age. So a campaign is never later than one that ranks below it, unless its own limit holds it back, and
 * what it leaves of a day goes to the next.
 */
export function planSchedule(campaigns: readonly CampaignDemand[], shared: SharedDays): CampaignPlan[] {
  const plans = campaigns.map((demand) => ({
    demand,
    batches: [] as DailyBatch[],
    left: demand.remaining,
    ahead: 0,
  }));
  const queue = plans.filter(({ left }) => left > 0).sort((a, b) => byRank(a.demand, b.demand));

  const latestStart = queue.reduce(
    (latest, { demand }) => (demand.firstDay > latest ? demand.firstDay : latest),
    shared.today,
  );
  // Where it is still yesterday, messages use what is left of today.
  let leftToday = shared.capacityOn?.(shared.today) ?? Infinity;
  let day = queue.reduce((first, { demand }) => earliest(first, todayOf(demand, shared)), shared.today);
  let idleDays = 0;
  for (let n = 0; n < MAX_DAYS && idleDays < MAX_IDLE_DAYS && queue.some(({ left }) => left > 0); n++) {
    let room = day <= shared.today ? leftToday : (shared.capacityOn?.(day) ?? Infinity);
    let released = 0;
    for (const plan of queue) {
      const today = todayOf(plan.demand, shared);
      if (plan.left === 0 || plan.demand.firstDay > day || today > day) continue;
      const wanted = Math.max(0, Math.floor(Math.min(plan.left, ownRoom(plan.demand, day, today))));
      const isShort = day === today && wanted > room;
      const ahead = isShort ? Math.min(plan.demand.counted ?? 0, wanted) : 0;
      const costly = Math.min(wanted - ahead, Math.max(0, room));
      const count = ahead + costly;
      if (count === 0) continue;
      plan.batches.push({ day, count });
      plan.ahead += ahead;
      plan.left -= count;
      room -= costly;
      released += count;
    }
    if (day <= shared.today) leftToday = room;
    idleDays = released > 0 || day < latestStart ? 0 : idleDays + 1;
    day = addDays(day, 1);
  }

  return plans.map(({ demand, batches, left, ahead }) => ({
    id: demand.id,
    batches,
    ahead,
    completesOn: left === 0 ? (batches.at(-1)?.day ?? null) : null,
    unplanned: left,
  }));
}

function byRank(a: CampaignDemand, b: CampaignDemand): number {
  return a.priority - b.priority || a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);
}

const todayOf = (demand: CampaignDemand, shared: SharedDays): Day => demand.today ?? shared.today;
const earliest = (a: Day, b: Day): Day => (b < a ? b : a);

/** What the campaign itself allows on a day, without regard to the others. */
function ownRoom(campaign: CampaignDemand, day: Day, today: Day): number {
  const limit = campaign.dailyLimit ?? Infinity;
  const used = day === today ? (campaign.usedToday ?? 0) : 0;
  return Math.min(limit - used, campaign.carries?.(day) ?? Infinity);
}
