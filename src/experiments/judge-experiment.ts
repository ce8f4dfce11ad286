import { MISMATCH, shareBayesFactor } from '../inference/share-mismatch.js';
import { wilson } from '../inference/wilson.js';
import {
  checkGuardrails,
  type Comparison,
  compareVariants,
  type GuardrailCheck,
  missingFor,
} from './compare-variants.js';
import { type Design, isAtHorizon, plannedOf } from './design.js';
import { type ObservedVariant, sumOf } from './observed.js';

/** One of the first few people who opts out says nothing about a variant yet, whatever the interval says. */
const FEWEST_OPT_OUTS = 3;

export const VERDICTS = ['collecting', 'open', 'winner', 'no_winner', 'srm', 'opt_outs', 'invalid'] as const;
/**
 * `collecting`: too little to say anything. `open`: no winner so far. `no_winner`: the test is over without one. `srm`: the
 * shares are not those planned. `opt_outs`: a variant drives people away, whatever else the test says.
 */
export type Verdict = (typeof VERDICTS)[number];

export interface Judgement {
  verdict: Verdict;
  /** Null also when the test is over and somebody has to choose. */
  winner: number | null;
  basis: 'significant' | 'point_estimate' | 'first' | null;
  /** Opted out of more than may be: the campaign has to stop. */
  drivesAway: { variant: number; rate: number; low: number } | null;
  srm: { bayesFactor: number | null; mismatch: boolean };
  horizon: { planned: number; mature: number; pending: number; reached: boolean; settled: boolean };
  comparisons: Comparison[];
  guardrails: GuardrailCheck[];
}

/** Pure: the same counts of the same experiment always get the same judgement. */
export function judgeExperiment(design: Design, observed: readonly ObservedVariant[]): Judgement {
  const comparisons = compareVariants(design, observed);
  const guardrails = checkGuardrails(design, observed);
  const srm = checkShares(design, observed);
  const reached = isAtHorizon(design, observed);
  const mature = sumOf(observed, 'mature');
  const horizon = {
    ...{ planned: plannedOf(design, observed), mature, reached },
    pending: sumOf(observed, 'attempted') - mature,
    // All who got a message have had their time; nothing more can come but new messages.
    settled: sumOf(observed, 'guarded') === sumOf(observed, 'attempted'),
  };
  const drivesAway = mostUnwanted(design, observed);
  const seen = { comparisons, guardrails, srm, horizon, drivesAway };
  const none = { winner: null, basis: null };
  if (drivesAway !== null) return { ...seen, ...none, verdict: 'opt_outs' };
  if (!design.isValid) return { ...seen, ...none, verdict: 'invalid' };
  if (srm.mismatch) return { ...seen, ...none, verdict: 'srm' };
  const missing =
    missingFor(observed, design.primary, design.minPerVariant) !== undefined ||
    observed.some(({ guarded }) => guarded < design.minPerVariant);
  const winner = missing ? null : significantWinner(design, observed, comparisons, guardrails);
  if (winner !== null) return { ...seen, verdict: 'winner', winner, basis: 'significant' };
  if (reached) return { ...seen, ...withoutWinner(design, observed, guardrails), verdict: 'no_winner' };
  const isSilent = missing || design.analysis === 'fixed';
  return { ...seen, ...none, verdict: isSilent ? 'collecting' : 'open' };
}

/** Above every other one, and harming nobody. */
function significantWinner(
  design: Design,
  observed: readonly ObservedVariant[],
  comparisons: readonly Comparison[],
  guardrails: readonly GuardrailCheck[],
): number | null {
  const beats = (one: number, other: number): boolean =>
    comparisons.some(({ a, b, metric, difference, significant }) => {
      if (metric !== design.primary || significant !== true || difference === null) return false;
      return (a === other && b === one && difference > 0) || (a === one && b === other && difference < 0);
    });
  const harmless = observed.filter((variant) => !isHarmful(variant, guardrails));
  const winner = harmless.find(({ number }) =>
    observed.every((other) => other.number === number || beats(number, other.number)),
  );
  return winner?.number ?? null;
}

function withoutWinner(
  { onNoWinner, primary, variants }: Design,
  observed: readonly ObservedVariant[],
  guardrails: readonly GuardrailCheck[],
): Pick<Judgement, 'winner' | 'basis'> {
  if (onNoWinner === 'ask') return { winner: null, basis: null };
  if (onNoWinner === 'first') return { winner: variants[0]?.number ?? null, basis: 'first' };
  const rated = observed
    .filter((variant) => variant.outcomes[primary].units > 0 && !isHarmful(variant, guardrails))
    .map(({ number, outcomes }) => ({ number, rate: outcomes[primary].successes / outcomes[primary].units }))
    .sort((a, b) => b.rate - a.rate || a.number - b.number);
  return rated[0] === undefined
    ? { winner: null, basis: null }
    : { winner: rated[0].number, basis: 'point_estimate' };
}

function isHarmful({ number }: ObservedVariant, guardrails: readonly GuardrailCheck[]): boolean {
  return guardrails.some(({ harmful }) => harmful === number);
}

/** Variants with times of their own are sent one after the other: their shares can be compared once all are out. */
function checkShares(design: Design, observed: readonly ObservedVariant[]): Judgement['srm'] {
  const isStaggered = new Set(design.variants.map(({ sendAt }) => sendAt)).size > 1;
  if (isStaggered && sumOf(observed, 'waiting') > 0) return { bayesFactor: null, mismatch: false };
  const counts = design.variants.map(
    ({ number }) => observed.find((variant) => variant.number === number)?.attempted ?? 0,
  );
  const bayesFactor = shareBayesFactor(
    counts,
    design.variants.map(({ weightBp }) => weightBp),
  );
  return { bayesFactor, mismatch: bayesFactor >= MISMATCH };
}

/** A variant that was dropped is not sent any more. */
function mostUnwanted(
  { maxOptOutRate, variants }: Design,
  observed: readonly ObservedVariant[],
): Judgement['drivesAway'] {
  const rated = observed
    .filter(({ optedOutSoFar }) => optedOutSoFar >= FEWEST_OPT_OUTS)
    .filter(({ number }) => variants.some((one) => one.number === number && one.droppedAt === null))
    .map(({ number, started, optedOutSoFar }) => ({
      variant: number,
      rate: optedOutSoFar / started,
      low: wilson({ units: started, successes: optedOutSoFar }).low,
    }))
    .filter(({ low }) => low > maxOptOutRate)
    .sort((a, b) => b.low - a.low);
  return rated[0] ?? null;
}
