import { expect, it } from '@jest/globals';
import type { CampaignDemand } from '../../rules/calendar/plan-schedule.js';
import { outcomeDaysOf, planWaves } from './plan-waves.js';

const demand: CampaignDemand = {
  id: 'a',
  priority: 5,
  createdAt: new Date('2025-01-01T00:00:00Z'),
  remaining: 500,
  dailyLimit: 250,
  firstDay: '2025-01-15',
};
const shared = { today: '2025-01-15' as const };

it.each([
  // Two days of sample, then three of waiting: sent on the 16th at the latest, judged on the 19th, so from the 20th on.
  [
    'after the sample and its outcomes',
    demand,
    null,
    3,
    ['2025-01-15', '2025-01-16', '2025-01-20', '2025-01-21'],
  ],
  [
    'a day later with one of waiting',
    demand,
    null,
    1,
    ['2025-01-15', '2025-01-16', '2025-01-18', '2025-01-19'],
  ],
  ['when the sample is out', { ...demand, remaining: 0 }, '2025-01-14', 3, ['2025-01-18', '2025-01-19']],
  [
    'never today before it is decided',
    { ...demand, remaining: 0 },
    '2025-01-01',
    3,
    ['2025-01-16', '2025-01-17'],
  ],
] as const)('plans the second wave %s', (_, first, sampleEndedOn, outcomeDays, days) => {
  const plan = planWaves(first, { people: 500, outcomeDays, sampleEndedOn }, shared);
  expect(plan.batches.map(({ day }) => day)).toEqual(days);
  expect(plan.completesOn).toBe(days.at(-1));
  expect(plan.batches.reduce((sum, { count }) => sum + count, 0)).toBe(first.remaining + 500);
});

it('ends on day 40 with one wave, as without an experiment', () => {
  const all = { ...demand, remaining: 10_000 };
  const plan = planWaves(all, null, shared);
  expect(plan.batches).toHaveLength(40);
  expect(plan.completesOn).toBe('2025-02-23');
});

it('rounds a window up to whole days', () => {
  expect([1, 24, 25, 72, 168].map((hours) => outcomeDaysOf(hours * 3_600_000))).toEqual([1, 1, 2, 3, 7]);
});
