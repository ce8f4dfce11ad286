import { describe, expect, it } from '@jest/globals';
import type { Design } from './design.js';
import { tellExperiment } from './experiment-text.js';
import { judgeExperiment } from './judge-experiment.js';
import { nobodyYet, type ObservedVariant } from './observed.js';
import { type Decider, questionOf } from './open-question.js';

const half = (number: number) => ({
  number,
  key: 'ABC'.charAt(number - 1),
  weightBp: 5_000,
  sendAt: null,
  droppedAt: null,
});
const design = (changes: Partial<Design> = {}): Design => ({
  variants: [half(1), half(2)],
  primary: 'read',
  analysis: 'sequential',
  alpha: 0.05,
  minPerVariant: 100,
  maxOptOutRate: 0.02,
  onNoWinner: 'best',
  sample: 2_000,
  isStarted: true,
  isValid: true,
  ...changes,
});

/** So many people whose time is over; so many of them read it. */
function seen(
  number: number,
  successes: number,
  units: number,
  changes: Partial<ObservedVariant> = {},
): ObservedVariant {
  const nobody = nobodyYet(number);
  return {
    ...nobody,
    ...{
      assigned: 5_000,
      waiting: 5_000 - units,
      attempted: units,
      started: units,
      mature: units,
      guarded: units,
    },
    outcomes: { ...nobody.outcomes, read: { units, successes } },
    ...changes,
  };
}

const textOf = (
  one: Design,
  observed: readonly ObservedVariant[],
  changes: Partial<Parameters<typeof tellExperiment>[0]> = {},
): string =>
  tellExperiment({
    ...{
      state: 'running',
      isCounted: true,
      design: one,
      observed,
      judgement: judgeExperiment(one, observed),
    },
    ...{ decided: null, invalidReason: null },
    ...changes,
  });

describe('a test that is read at every look', () => {
  it.each([
    { what: 'a clear winner', a: [100, 1000], b: [150, 1000], verdict: 'winner', winner: 2 },
    { what: 'no clear winner', a: [50, 500], b: [75, 500], verdict: 'open', winner: null },
    { what: 'too few successes', a: [0, 500], b: [10, 500], verdict: 'collecting', winner: null },
    { what: 'too few failures', a: [495, 500], b: [400, 500], verdict: 'collecting', winner: null },
    { what: 'too few people', a: [10, 90], b: [80, 90], verdict: 'collecting', winner: null },
    { what: 'nobody', a: [0, 0], b: [0, 0], verdict: 'collecting', winner: null },
  ])('$what', ({ a: [x1 = 0, n1 = 0], b: [x2 = 0, n2 = 0], verdict, winner }) => {
    const judged = judgeExperiment(design(), [seen(1, x1, n1), seen(2, x2, n2)]);
    expect(judged).toMatchObject({ verdict, winner, drivesAway: null });
    // The other way round, so that neither place is preferred.
    const turned = judgeExperiment(design(), [seen(1, x2, n2), seen(2, x1, n1)]);
    expect(turned).toMatchObject({ verdict, winner: winner === null ? null : 1 });
  });

  it('needs a winner to beat every other one', () => {
    const three = design({
      variants: [1, 2, 3].map((n) => ({ ...half(n), weightBp: 3_333 })),
      sample: 3_000,
    });
    const judged = judgeExperiment(three, [seen(1, 100, 1000), seen(2, 150, 1000), seen(3, 190, 1000)]);
    expect(judged).toMatchObject({ verdict: 'no_winner', basis: 'point_estimate', winner: 3 });
    const clear = judgeExperiment(three, [seen(1, 100, 1000), seen(2, 120, 1000), seen(3, 260, 1000)]);
    expect(clear).toMatchObject({ verdict: 'winner', winner: 3 });
  });

  it('announces nobody before the time for the guardrails is over', () => {
    const early = { guarded: 40 };
    const judged = judgeExperiment(design(), [seen(1, 100, 1000, early), seen(2, 250, 1000, early)]);
    expect(judged).toMatchObject({ verdict: 'collecting', winner: null });
  });

  it('shows the other metrics without a claim', () => {
    const clicks = (successes: number) => ({
      outcomes: { ...nobodyYet(1).outcomes, clicked: { units: 1000, successes } },
    });
    const { comparisons } = judgeExperiment(design(), [
      seen(1, 0, 1000, clicks(10)),
      seen(2, 0, 1000, clicks(500)),
    ]);
    const clicked = comparisons.find(({ metric }) => metric === 'clicked');
    expect(clicked).toMatchObject({ significant: null, because: 'exploratory', difference: 0.49, p: null });
  });
});

describe('a test that is read once', () => {
  const once = design({ analysis: 'fixed' });

  it('says nothing before its end, whatever the figures are', () => {
    const judged = judgeExperiment(once, [seen(1, 100, 900), seen(2, 800, 900)]);
    expect(judged).toMatchObject({ verdict: 'collecting', winner: null });
    expect(judged.comparisons.every(({ because }) => because === 'horizon_not_reached')).toBe(true);
    expect(
      judged.comparisons.every(
        ({ p, low, significant }) => p === null && low === null && significant === null,
      ),
    ).toBe(true);
    expect(textOf(once, [seen(1, 100, 900), seen(2, 800, 900)])).not.toMatch(/significant/);
  });

  it('finds a winner at its end', () => {
    const judged = judgeExperiment(once, [seen(1, 100, 1000), seen(2, 150, 1000)]);
    expect(judged).toMatchObject({ verdict: 'winner', winner: 2, horizon: { reached: true } });
    expect(judged.comparisons.find(({ metric }) => metric === 'read')?.p).toBeCloseTo(0.00072323271643, 9);
  });

  it('corrects for the number of comparisons', () => {
    const three = design({
      ...{ analysis: 'fixed', sample: 3_000 },
      variants: [1, 2, 3].map((n) => ({ ...half(n), weightBp: 3_333 })),
    });
    const judged = judgeExperiment(three, [seen(1, 100, 1000), seen(2, 120, 1000), seen(3, 150, 1000)]);
    const of = (a: number, b: number) =>
      judged.comparisons.find((one) => one.metric === 'read' && one.a === a && one.b === b);
    expect(of(1, 3)).toMatchObject({ significant: true });
    expect(of(2, 3)).toMatchObject({ significant: false, because: 'p_not_below_alpha' });
    expect(judged).toMatchObject({ verdict: 'no_winner', winner: 3, basis: 'point_estimate' });
  });
});

describe('what keeps a variant from winning', () => {
  const optedOut = (number: number) => ({ guardrails: { optedOut: number, failed: 0 } });

  it.each([
    { a: 12, b: 30, harmful: null, winner: 2 },
    { a: 8, b: 40, harmful: 2, winner: null },
  ])('$a and $b opt-outs of 1000', ({ a, b, harmful, winner }) => {
    const judged = judgeExperiment(design({ sample: 2_000 }), [
      seen(1, 100, 1000, optedOut(a)),
      seen(2, 150, 1000, optedOut(b)),
    ]);
    expect(judged.guardrails.find(({ metric }) => metric === 'optedOut')).toMatchObject({ harmful });
    expect(judged.verdict === 'winner' ? judged.winner : null).toBe(winner);
    // Nor does it come first among those without a clear winner.
    if (harmful !== null) expect(judged).toMatchObject({ verdict: 'no_winner', winner: 1 });
  });

  it('shares that are not those planned', () => {
    const judged = judgeExperiment(design(), [seen(1, 400, 4700), seen(2, 800, 5300)]);
    expect(judged).toMatchObject({ verdict: 'srm', winner: null, srm: { mismatch: true } });
    const fine = judgeExperiment(design(), [seen(1, 400, 5000), seen(2, 800, 5000)]);
    expect(fine).toMatchObject({ verdict: 'winner', srm: { mismatch: false } });
  });

  it('shares of variants at different hours are not read in the middle of a day', () => {
    const hours = design({
      variants: [
        { ...half(1), sendAt: '09:00' },
        { ...half(2), sendAt: '18:00' },
      ],
    });
    const halfway = [seen(1, 400, 2500), seen(2, 0, 0)];
    expect(judgeExperiment(hours, halfway).srm).toEqual({ bayesFactor: null, mismatch: false });
    expect(judgeExperiment(design(), halfway).srm.mismatch).toBe(true);
  });

  it('people who opt out, even before their time is over', () => {
    const judged = judgeExperiment(design(), [
      seen(1, 0, 1000, { mature: 0, guarded: 0, optedOutSoFar: 5 }),
      seen(2, 0, 1000, { mature: 0, guarded: 0, optedOutSoFar: 60 }),
    ]);
    expect(judged).toMatchObject({ verdict: 'opt_outs', drivesAway: { variant: 2, rate: 0.06 } });
    const first = judgeExperiment(design(), [seen(1, 0, 8), seen(2, 0, 8, { optedOutSoFar: 2 })]);
    expect(first.drivesAway).toBeNull();
    // 2.5 % of 1000 may still be 2 %.
    const maybe = judgeExperiment(design(), [seen(1, 0, 1000), seen(2, 0, 1000, { optedOutSoFar: 25 })]);
    expect(maybe.drivesAway).toBeNull();
  });

  it('people who opt out, whatever else the test says', () => {
    const away = { optedOutSoFar: 600 };
    const uneven = [seen(1, 400, 4700), seen(2, 800, 5300, away)];
    expect(judgeExperiment(design(), uneven)).toMatchObject({
      ...{ verdict: 'opt_outs', winner: null, srm: { mismatch: true }, drivesAway: { variant: 2 } },
    });
    expect(judgeExperiment(design({ isValid: false }), uneven)).toMatchObject({ verdict: 'opt_outs' });
    const dropped = [half(1), { ...half(2), droppedAt: new Date(0) }];
    expect(judgeExperiment(design({ isValid: false, variants: dropped }), uneven)).toMatchObject({
      ...{ verdict: 'invalid', drivesAway: null },
    });
  });

  it('an experiment that proves nothing', () => {
    const judged = judgeExperiment(design({ isValid: false }), [seen(1, 100, 1000), seen(2, 150, 1000)]);
    expect(judged).toMatchObject({ verdict: 'invalid', winner: null });
    expect(judged.comparisons.every(({ significant }) => significant === null)).toBe(true);
  });
});

describe('the end of a test without a clear winner', () => {
  const even = [seen(1, 120, 1000), seen(2, 121, 1000)];

  it.each([
    ['best', 2, 'point_estimate'],
    ['first', 1, 'first'],
    ['ask', null, null],
  ] as const)('%s', (onNoWinner, winner, basis) => {
    expect(judgeExperiment(design({ onNoWinner }), even)).toMatchObject({
      verdict: 'no_winner',
      winner,
      basis,
    });
  });

  it('comes when nobody is left, although some were skipped before their message', () => {
    const all = design({ sample: null });
    const done = even.map((variant) => ({ ...variant, assigned: 1_050, waiting: 0 }));
    expect(judgeExperiment(all, done)).toMatchObject({ verdict: 'no_winner', horizon: { reached: true } });
    const waiting = even.map((variant) => ({ ...variant, assigned: 1_050, waiting: 1 }));
    expect(judgeExperiment(all, waiting)).toMatchObject({ verdict: 'open', horizon: { reached: false } });
  });

  it.each([
    ['everybody was skipped', 30],
    ['the sample is empty', 0],
  ])('comes when %s, and somebody is asked for the best of nobody', (_, assigned) => {
    const nobody = [1, 2].map((number) => ({ ...nobodyYet(number), assigned }));
    const all = design({ sample: null });
    expect(judgeExperiment(all, nobody)).toMatchObject({
      ...{ verdict: 'no_winner', winner: null, basis: null, horizon: { reached: true } },
    });
    expect(textOf(all, nobody)).toMatch(/please choose a variant/);
    expect(judgeExperiment({ ...all, onNoWinner: 'first' }, nobody)).toMatchObject({ winner: 1 });
    expect(judgeExperiment({ ...all, isStarted: false }, nobody).horizon.reached).toBe(false);
    const first = nobody.map((variant) => ({ ...variant, waiting: 1 }));
    expect(judgeExperiment(all, first).horizon.reached).toBe(false);
  });
});

describe('a test that nothing else decides', () => {
  const even = [seen(1, 120, 1000), seen(2, 121, 1000)];
  const early = [seen(1, 12, 100), seen(2, 12, 100)];
  const uneven = [seen(1, 400, 4700), seen(2, 800, 5300)];
  const clear = [seen(1, 100, 1000), seen(2, 150, 1000)];
  const byItself = { state: 'running', mode: 'wait', decision: 'automatic', decidedAt: null } as const;
  const byHand = { ...byItself, decision: 'manual' } as const;

  it.each<[string, Decider, ObservedVariant[], Partial<Design>, RegExp | null]>([
    ['decides by itself', byItself, even, {}, null],
    ['has nothing to decide by', byItself, even, { onNoWinner: 'ask' }, /without a clear winner/],
    ['is decided by hand, too early', byHand, early, {}, null],
    ['is decided by hand, at its end', byHand, even, {}, /is over, and the people after its sample wait/],
    ['is decided by hand, with a winner', byHand, clear, {}, /is over, and the people after its sample wait/],
    ['was decided', { ...byHand, decidedAt: new Date(0) }, even, {}, null],
    ['has wrong shares', byItself, uneven, {}, /proves nothing/],
    ['is invalid, too early', { ...byItself, state: 'invalid' }, early, { isValid: false }, /proves nothing/],
    [
      'is invalid, and goes on',
      { ...byItself, state: 'invalid', mode: 'continue' },
      even,
      { isValid: false },
      null,
    ],
    ['goes on, and is decided by hand', { ...byHand, mode: 'continue' }, even, {}, null],
    [
      'asks, and goes on',
      { ...byItself, mode: 'continue' },
      even,
      { onNoWinner: 'ask' },
      /without a clear winner/,
    ],
  ])('somebody is asked of a test that %s', (_, decider, observed, changes, question) => {
    const asked = questionOf(decider, judgeExperiment(design(changes), observed));
    if (question === null) expect(asked).toBeNull();
    else expect(asked).toMatch(question);
  });

  it('somebody is asked of a test whose variant drove people away, at its end', () => {
    const away = even.map((variant) => ({ ...variant, optedOutSoFar: 60 }));
    expect(questionOf(byItself, judgeExperiment(design(), away))).toMatch(/is over/);
  });
});

describe('the sentence', () => {
  it.each([
    [
      [seen(1, 400, 1000), seen(2, 550, 1000)],
      'B: 55.0 % read it (A: 40.0 %): the difference is significant.',
    ],
    [
      [seen(1, 50, 500), seen(2, 75, 500)],
      'No winner yet: B with 15.0 % is ahead of A with 10.0 %, which may be chance.',
    ],
    [
      [seen(1, 0, 10), seen(2, 1, 10)],
      'Too early to say anything: 20 of 2,000 people have had their time to act.',
    ],
    [
      [seen(1, 120, 1000), seen(2, 121, 1000)],
      'The test is over without a clear winner: B with 12.1 % is ahead of A with 12.0 %.',
    ],
  ])('of %#', (observed, sentence) => {
    expect(textOf(design(), observed)).toBe(sentence);
  });

  it('does not call a winner by rate alone significant', () => {
    const observed = [seen(1, 120, 1000), seen(2, 121, 1000)];
    const decided = { winner: 2, basis: 'point_estimate', hand: false };
    expect(textOf(design(), observed, { state: 'decided', decided })).toMatch(
      /B was taken .*; not significant\.$/,
    );
    const byHand = { winner: 1, basis: 'manual', hand: true };
    expect(textOf(design(), observed, { state: 'decided', decided: byHand })).not.toMatch(/significant/);
    const invalid = { state: 'invalid', invalidReason: 'srm' } as const;
    expect(textOf(design({ isValid: false }), observed, invalid)).not.toMatch(/significant/);
  });
});
