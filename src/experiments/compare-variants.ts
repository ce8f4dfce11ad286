import { compareRates } from '../inference/confidence-sequence.js';
import { differenceOnce, holm, testRates } from '../inference/fixed-horizon.js';
import { type Compared, isApart } from '../inference/sample.js';
import { alphaOfPair, type Design, isAtHorizon, plannedTogether } from './design.js';
import { GUARDRAILS, type Guardrail, type Measure, MEASURES, type ObservedVariant } from './observed.js';

/** Why a comparison says what it says, or nothing. */
export type Because =
  | 'interval_excludes_zero'
  | 'interval_includes_zero'
  | 'p_below_alpha'
  | 'p_not_below_alpha'
  | 'horizon_not_reached'
  | 'too_few_recipients'
  | 'too_few_successes'
  | 'too_few_failures'
  | 'exploratory'
  | 'experiment_invalid';

export interface Comparison {
  a: number;
  b: number;
  metric: Measure;
  /** Of `b` against `a`; null: nothing may be said yet. */
  difference: number | null;
  low: number | null;
  high: number | null;
  /** Of a test that is read once; null before its end, and for tests that are read at every look. */
  p: number | null;
  /** Null: no claim is made. */
  significant: boolean | null;
  because: Because;
}

export interface GuardrailCheck {
  a: number;
  b: number;
  metric: Guardrail;
  difference: number | null;
  low: number | null;
  high: number | null;
  /** The variant that does harm. */
  harmful: number | null;
}

/** Fewer say nothing, whatever the interval says: the variance of a rare event is not known yet. */
const LEAST_OF_EACH = 10;
const NOTHING = { difference: null, low: null, high: null, p: null, significant: null } as const;

export function compareVariants(design: Design, observed: readonly ObservedVariant[]): Comparison[] {
  return MEASURES.flatMap((metric) =>
    metric === design.primary ? comparePrimary(design, observed) : explore(design, observed, metric),
  );
}

export function checkGuardrails(design: Design, observed: readonly ObservedVariant[]): GuardrailCheck[] {
  const { alpha } = design;
  return GUARDRAILS.flatMap((metric) =>
    pairsIn(observed).map(([a, b]): GuardrailCheck => {
      const pair = { a: a.number, b: b.number, metric };
      if (a.guarded === 0 || b.guarded === 0) {
        return { ...pair, difference: null, low: null, high: null, harmful: null };
      }
      const planned = plannedTogether(design, observed, [a.number, b.number]);
      const compared = compareRates(
        { units: a.guarded, successes: a.guardrails[metric] },
        { units: b.guarded, successes: b.guardrails[metric] },
        { alpha, planned },
      );
      const harmful = compared.low > 0 ? b.number : compared.high < 0 ? a.number : null;
      return { ...pair, ...compared, harmful };
    }),
  );
}

function comparePrimary(design: Design, observed: readonly ObservedVariant[]): Comparison[] {
  const { primary, minPerVariant, isValid } = design;
  const pairs = pairsIn(observed);
  const isOnce = design.analysis === 'fixed';
  const tests = pairs.map(([a, b]) => testOf(a, b, primary));
  const adjusted = isOnce ? holm(tests) : [];
  return pairs.map(([a, b], index): Comparison => {
    const pair = { a: a.number, b: b.number, metric: primary };
    if (isOnce && !isAtHorizon(design, observed)) {
      return { ...pair, ...NOTHING, because: 'horizon_not_reached' };
    }
    const [first, second] = [a.outcomes[primary], b.outcomes[primary]];
    if (first.units === 0 || second.units === 0) {
      return { ...pair, ...NOTHING, because: 'too_few_recipients' };
    }
    const alpha = alphaOfPair(design);
    const compared = isOnce
      ? differenceOnce(first, second, alpha)
      : compareRates(first, second, {
          alpha,
          planned: plannedTogether(design, observed, [a.number, b.number]),
        });
    const shown = { ...pair, ...compared, p: null };
    const missing = isValid ? missingFor([a, b], primary, minPerVariant) : 'experiment_invalid';
    if (missing !== undefined) return { ...shown, significant: null, because: missing };
    if (!isOnce) {
      const significant = isApart(compared);
      return {
        ...{ ...shown, significant },
        because: significant ? 'interval_excludes_zero' : 'interval_includes_zero',
      };
    }
    const p = adjusted[index] ?? 1;
    const significant = p < design.alpha;
    return { ...shown, p, significant, because: significant ? 'p_below_alpha' : 'p_not_below_alpha' };
  });
}

/** For curiosity: with intervals that are not widened for the number of comparisons. They never decide. */
function explore(design: Design, observed: readonly ObservedVariant[], metric: Measure): Comparison[] {
  const isOpen = design.analysis === 'fixed' && !isAtHorizon(design, observed);
  return pairsIn(observed).map(([a, b]): Comparison => {
    const [first, second] = [a.outcomes[metric], b.outcomes[metric]];
    const isEmpty = first.units === 0 || second.units === 0;
    const pair = { a: a.number, b: b.number, metric, ...NOTHING };
    if (isOpen || isEmpty) return { ...pair, because: isOpen ? 'horizon_not_reached' : 'exploratory' };
    const planned = plannedTogether(design, observed, [a.number, b.number]);
    const compared: Compared =
      design.analysis === 'fixed'
        ? differenceOnce(first, second, design.alpha)
        : compareRates(first, second, { alpha: design.alpha, planned });
    return { ...pair, ...compared, because: 'exploratory' };
  });
}

function testOf(a: ObservedVariant, b: ObservedVariant, metric: Measure): number {
  const [first, second] = [a.outcomes[metric], b.outcomes[metric]];
  return first.units === 0 || second.units === 0 ? 1 : testRates(first, second).p;
}

/** What the variants lack before anything may be claimed about them. */
export function missingFor(
  variants: readonly ObservedVariant[],
  metric: Measure,
  minPerVariant: number,
): 'too_few_recipients' | 'too_few_successes' | 'too_few_failures' | undefined {
  const counts = variants.map(({ outcomes }) => outcomes[metric]);
  if (counts.some(({ units }) => units < minPerVariant)) return 'too_few_recipients';
  if (counts.some(({ successes }) => successes < LEAST_OF_EACH)) return 'too_few_successes';
  if (counts.some(({ units, successes }) => units - successes < LEAST_OF_EACH)) return 'too_few_failures';
  return undefined;
}

function pairsIn(observed: readonly ObservedVariant[]): [ObservedVariant, ObservedVariant][] {
  return observed.flatMap((a, index) =>
    observed.slice(index + 1).map((b): [ObservedVariant, ObservedVariant] => [a, b]),
  );
}
