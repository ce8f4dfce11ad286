import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, type Day } from './day.js';
import { type CampaignDemand, type CampaignPlan, type DailyBatch, planSchedule } from './plan-schedule.js';

const TODAY: Day = '2025-01-10';
const BORN = new Date('2025-01-01T00:00:00Z');

function demand(given: Partial<CampaignDemand> = {}): CampaignDemand {
  const plain = { id: 'a', priority: 5, createdAt: BORN, remaining: 1_000, dailyLimit: 250, firstDay: TODAY };
  return { ...plain, ...given };
}
function planOne(given: Partial<CampaignDemand>, capacityOn?: (day: Day) => number | null): CampaignPlan {
  const [plan] = planSchedule([demand(given)], { today: TODAY, ...(capacityOn && { capacityOn }) });
  if (plan === undefined) throw new Error('no plan');
  return plan;
}
const counts = (plan: CampaignPlan | undefined): number[] => plan?.batches.map(({ count }) => count) ?? [];
const sum = (batches: readonly DailyBatch[]): number =>
  batches.reduce((total, { count }) => total + count, 0);

describe('a campaign alone', () => {
  it.each([
    { remaining: 10_000, days: 40, lastDay: '2025-02-23', lastCount: 250 }, // the contract's example
    { remaining: 10_001, days: 41, lastDay: '2025-02-24', lastCount: 1 },
    { remaining: 251, days: 2, lastDay: '2025-01-16', lastCount: 1 },
    { remaining: 250, days: 1, lastDay: '2025-01-15', lastCount: 250 },
    { remaining: 1, days: 1, lastDay: '2025-01-15', lastCount: 1 },
  ])('$remaining at 250 a day take $days days', ({ remaining, days, lastDay, lastCount }) => {
    const plan = planOne({ remaining, firstDay: '2025-01-15' });
    expect(plan.batches).toHaveLength(days);
    expect(plan.batches[0]?.day).toBe('2025-01-15');
    expect(plan.batches.at(-1)).toEqual({ day: lastDay, count: lastCount });
    expect(plan.completesOn).toBe(lastDay);
    expect(sum(plan.batches)).toBe(remaining);
  });

  it('goes out in one day without a limit', () => {
    expect(planOne({ remaining: 1_000_000, dailyLimit: null }).batches).toEqual([
      { day: TODAY, count: 1_000_000 },
    ]);
  });

  it('starts today when its first day is past', () => {
    expect(planOne({ firstDay: '2024-12-01' }).batches[0]).toEqual({ day: TODAY, count: 250 });
  });

  it('does not spend twice what today has already used', () => {
    expect(counts(planOne({ usedToday: 200 }))).toEqual([50, 250, 250, 250, 200]);
    expect(counts(planOne({ remaining: 300, usedToday: 400 }))).toEqual([250, 50]);
    expect(counts(planOne({ remaining: 300, usedToday: 200, firstDay: '2025-01-11' }))).toEqual([250, 50]);
  });

  it('is bounded by its rate and its window', () => {
    const carries = (day: Day): number | null => (day === TODAY ? 30.5 : null);
    expect(counts(planOne({ remaining: 300, carries }))).toEqual([30, 250, 20]);
  });

  it('moves recipients that cost nothing ahead, but only where the shared limit holds them back', () => {
    const short = (day: Day): number => (day === TODAY ? 10 : 1_000);
    expect(planOne({ remaining: 300, counted: 40 }, short)).toMatchObject({
      ahead: 40,
      batches: [
        { day: TODAY, count: 50 },
        { day: '2025-01-11', count: 250 },
      ],
    });
    expect(planOne({ remaining: 300, counted: 40 }, () => 1_000)).toMatchObject({ ahead: 0 });
    expect(planOne({ remaining: 300, counted: 290 }, () => 0).batches[0]).toEqual({ day: TODAY, count: 250 });
  });

  it('begins on the day of the campaign, with what it has used of it', () => {
    const yesterday: Day = '2025-01-09';
    const tomorrow: Day = '2025-01-11';
    const behind = planOne({ remaining: 300, firstDay: yesterday, today: yesterday, usedToday: 200 });
    expect(behind.batches).toEqual([
      { day: yesterday, count: 50 },
      { day: TODAY, count: 250 },
    ]);
    const ahead = planOne({ remaining: 300, firstDay: tomorrow, today: tomorrow, usedToday: 200 });
    expect(ahead.batches).toEqual([
      { day: tomorrow, count: 50 },
      { day: '2025-01-12', count: 250 },
    ]);
  });

  it('spends the rest of today once, although it is two days at the same time', () => {
    const left = (day: Day): number => (day === TODAY ? 100 : 1_000);
    const plan = planOne(
      { remaining: 300, dailyLimit: 80, firstDay: '2025-01-09', today: '2025-01-09' },
      left,
    );
    expect(counts(plan)).toEqual([80, 20, 80, 80, 40]);
  });

  it('has nothing to plan without remaining recipients', () => {
    expect(planOne({ remaining: 0 })).toEqual({
      id: 'a',
      batches: [],
      ahead: 0,
      completesOn: null,
      unplanned: 0,
    });
  });

  it('waits through days without capacity', () => {
    const plan = planOne({ remaining: 20 }, (day) => (day < '2025-01-13' ? 0 : 15));
    expect(plan.batches).toEqual([
      { day: '2025-01-13', count: 15 },
      { day: '2025-01-14', count: 5 },
    ]);
  });
});

describe('campaigns that share a portfolio', () => {
  it('are served by priority, then age, and the rest of a day goes to the next', () => {
    const plans = planSchedule(
      [
        demand({ id: 'late', priority: 5, createdAt: new Date('2025-01-03'), remaining: 100 }),
        demand({ id: 'early', priority: 5, createdAt: new Date('2025-01-02'), remaining: 300 }),
        demand({
          id: 'urgent',
          priority: 1,
          createdAt: new Date('2025-01-09'),
          remaining: 250,
          dailyLimit: 200,
        }),
      ],
      { today: TODAY, capacityOn: () => 250 },
    );
    expect(plans.map(({ id }) => id)).toEqual(['late', 'early', 'urgent']);
    expect(plans.map(counts)).toEqual([[100], [50, 200, 50], [200, 50]]);
    expect(plans.map(({ completesOn }) => completesOn)).toEqual(['2025-01-12', '2025-01-12', '2025-01-11']);
  });

  it('leave a day to a lower one when the higher has not begun', () => {
    const plans = planSchedule(
      [
        demand({ id: 'urgent', priority: 1, remaining: 100, firstDay: '2025-01-11' }),
        demand({ id: 'calm', priority: 9, remaining: 150 }),
      ],
      { today: TODAY, capacityOn: () => 100 },
    );
    expect(plans.map((plan) => plan.batches)).toEqual([
      [{ day: '2025-01-11', count: 100 }],
      [
        { day: '2025-01-10', count: 100 },
        { day: '2025-01-12', count: 50 },
      ],
    ]);
  });
});

describe('a plan that cannot be kept', () => {
  it.each<[string, Partial<CampaignDemand>, number]>([
    ['a daily limit of nothing', { dailyLimit: 0 }, 1_000],
    ['a window that never opens', { carries: () => 0 }, 1_000],
    ['room on one day only', { carries: (day) => (day === TODAY ? 10 : 0) }, 990],
    ['more than a hundred years of work', { remaining: 1_000_000, dailyLimit: 1 }, 1_000_000 - 36_525],
    ['a first day beyond the horizon', { firstDay: '2200-01-01' }, 1_000],
  ])('reports %s instead of losing it', (_, given, unplanned) => {
    const plan = planOne(given);
    expect(plan.unplanned).toBe(unplanned);
    expect(plan.completesOn).toBeNull();
  });

  it('ends when the portfolio has no capacity at all', () => {
    expect(planOne({}, () => 0)).toMatchObject({ batches: [], unplanned: 1_000 });
  });

  it('does not hold up the others', () => {
    const plans = planSchedule(
      [demand({ id: 'stuck', priority: 1, dailyLimit: 0 }), demand({ id: 'fine', remaining: 500 })],
      { today: TODAY },
    );
    expect(plans.map(({ unplanned }) => unplanned)).toEqual([1_000, 0]);
  });

  it('does not take a late start for a standstill', () => {
    expect(planOne({ firstDay: '2027-06-01' }).batches[0]?.day).toBe('2027-06-01');
  });
});

describe('size', () => {
  it('plans 100 campaigns of a million each, 4,000 days long', () => {
    const campaigns = Array.from({ length: 100 }, (_, n) => demand({ id: `c${n}`, remaining: 1_000_000 }));
    const plans = planSchedule(campaigns, { today: TODAY, capacityOn: () => 100_000 });
    for (const plan of plans) {
      expect(plan.batches).toHaveLength(4_000);
      expect(plan.completesOn).toBe(addDays(TODAY, 3_999));
    }
  });
});

describe('against a model that places one person at a time', () => {
  interface Case {
    campaigns: CampaignDemand[];
    capacity: (number | null)[];
  }
  const limit = fc.option(fc.integer({ min: 0, max: 12 }));
  const week = fc.array(limit, { minLength: 7, maxLength: 7 });
  const inWeek = (values: readonly (number | null)[], day: Day): number | null =>
    values[((Date.parse(day) - Date.parse(TODAY)) / 86_400_000) % 7] ?? null;
  const campaign = fc.record({
    priority: fc.integer({ min: 1, max: 3 }),
    createdAt: fc.integer({ min: 0, max: 3 }).map((n) => new Date(BORN.getTime() + n * 1_000)),
    remaining: fc.integer({ min: 0, max: 60 }),
    dailyLimit: limit,
    usedToday: fc.integer({ min: 0, max: 15 }),
    firstDay: fc.integer({ min: -3, max: 12 }).map((n) => addDays(TODAY, n)),
    carries: fc.option(week, { nil: undefined }),
  });
  const cases: fc.Arbitrary<Case> = fc.record({
    campaigns: fc.array(campaign, { minLength: 1, maxLength: 5 }).map((list) =>
      list.map(({ carries, ...rest }, n) => ({
        id: `c${n}`,
        ...rest,
        ...(carries && { carries: (day: Day) => inWeek(carries, day) }),
      })),
    ),
    capacity: week,
  });
  const planCase = ({ campaigns, capacity }: Case): CampaignPlan[] =>
    planSchedule(campaigns, { today: TODAY, capacityOn: (day) => inWeek(capacity, day) });
  const ranked = (campaigns: readonly CampaignDemand[]): CampaignDemand[] =>
    [...campaigns].sort(
      (a, b) => a.priority - b.priority || +a.createdAt - +b.createdAt || a.id.localeCompare(b.id),
    );
  const roomOf = (one: CampaignDemand, day: Day): number =>
    Math.min(
      (one.dailyLimit ?? Infinity) - (day === TODAY ? (one.usedToday ?? 0) : 0),
      one.carries?.(day) ?? Infinity,
    );

  function placeOneByOne({ campaigns, capacity }: Case): Map<string, Map<Day, number>> {
    const placed = new Map(campaigns.map(({ id }) => [id, new Map<Day, number>()]));
    const left = new Map(campaigns.map(({ id, remaining }) => [id, remaining]));
    const inOrder = ranked(campaigns);
    for (let n = 0; n < 500; n++) {
      const day = addDays(TODAY, n);
      for (let used = 0; used < (inWeek(capacity, day) ?? Infinity); used++) {
        const next = inOrder.find(
          (one) =>
            (left.get(one.id) ?? 0) > 0 &&
            one.firstDay <= day &&
            (placed.get(one.id)?.get(day) ?? 0) < roomOf(one, day),
        );
        if (next === undefined) break;
        left.set(next.id, (left.get(next.id) ?? 0) - 1);
        placed.get(next.id)?.set(day, (placed.get(next.id)?.get(day) ?? 0) + 1);
      }
    }
    return placed;
  }

  it('results in the same plan', () => {
    fc.assert(
      fc.property(cases, (input) => {
        const model = placeOneByOne(input);
        for (const { id, batches } of planCase(input)) {
          expect(batches).toEqual([...(model.get(id) ?? [])].map(([day, count]) => ({ day, count })));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('loses no recipient and stays within every limit', () => {
    fc.assert(
      fc.property(cases, (input) => {
        const perDay = new Map<Day, number>();
        planCase(input).forEach(({ batches, unplanned, completesOn }, index) => {
          const one = input.campaigns[index] ?? demand();
          expect(sum(batches) + unplanned).toBe(one.remaining);
          expect(completesOn).toBe(unplanned > 0 ? null : (batches.at(-1)?.day ?? null));
          for (const [n, { day, count }] of batches.entries()) {
            expect(count).toBeGreaterThan(0);
            expect(count).toBeLessThanOrEqual(roomOf(one, day));
            expect(day >= TODAY && day >= one.firstDay && day > (batches[n - 1]?.day ?? '')).toBe(true);
            perDay.set(day, (perDay.get(day) ?? 0) + count);
          }
        });
        for (const [day, total] of perDay) {
          expect(total).toBeLessThanOrEqual(inWeek(input.capacity, day) ?? Infinity);
        }
      }),
    );
  });
});
