import { expect, it } from '@jest/globals';
import { planSample, type SampleQuestion } from './plan-sample.js';

const question: SampleQuestion = {
  ...{ baseline: 0.1, effect: 0.05, power: 0.8, alpha: 0.05, variants: 2 },
  ...{ audience: null, dailyLimit: null },
};

it.each([
  [{}, { perVariant: 686, total: 1_372, days: null }],
  [
    { effect: 0.02, dailyLimit: 250 },
    { perVariant: 3_841, total: 7_682, days: 31 },
  ],
  [
    { variants: 3, dailyLimit: 250 },
    { perVariant: 915, total: 2_745, days: 11 },
  ],
])('needs so many people: %j', (changes, plan) => {
  expect(planSample({ ...question, ...changes })).toMatchObject(plan);
});

it('finds smaller effects day by day, until everybody has got it', () => {
  const { detectableAt } = planSample({ ...question, audience: 1_100, dailyLimit: 250 });
  expect(detectableAt.map(({ day }) => day)).toEqual([1, 2, 3, 4, 5]);
  const effects = detectableAt.map(({ effect }) => effect ?? 1);
  expect(effects).toEqual([...effects].sort((a, b) => b - a));
  // 550 a variant find less than the 686 that 5 points need.
  expect(effects.at(-1)).toBeGreaterThan(0.05);
  expect(effects.at(-1)).toBeLessThan(0.06);
});

it('shows at most a hundred days', () => {
  expect(planSample({ ...question, audience: 1_000_000, dailyLimit: 250 }).detectableAt).toHaveLength(100);
});

it.each([{ effect: 0 }, { effect: 0.9 }, { effect: -0.1 }])('refuses %j', (changes) => {
  expect(() => planSample({ ...question, ...changes })).toThrow(/must lie between 0 and 1/);
});
