import type { Experiment } from '../campaigns/variants/experiment.js';
import { OUTCOME_WINDOW_MS } from '../campaigns/variants/experiment-state.js';
import { pairsOf } from '../inference/sample-size.js';
import {
  GUARDRAIL_WINDOW_MS,
  isMeasure,
  type Measure,
  MEASURES,
  type ObservedVariant,
  sumOf,
} from './observed.js';

/** What the statistics need to know of an experiment. */
export interface Design {
  variants: readonly {
    number: number;
    key: string;
    weightBp: number;
    sendAt: string | null;
    droppedAt: Date | null;
  }[];
  primary: Measure;
  analysis: Experiment['analysis'];
  alpha: number;
  minPerVariant: number;
  maxOptOutRate: number;
  onNoWinner: Experiment['onNoWinner'];
  /** How many people are to be in the test; null: everybody. */
  sample: number | null;
  /** Everybody has been divided: before that, that nobody waits means nothing. */
  isStarted: boolean;
  isValid: boolean;
}

export function designOf(experiment: Experiment): Design {
  const { variants, primaryMetric, analysis, alpha, minPerVariant, maxOptOutRate, onNoWinner } = experiment;
  return {
    ...{ variants, analysis, alpha, minPerVariant, maxOptOutRate, onNoWinner },
    primary: isMeasure(primaryMetric) ? primaryMetric : 'read',
    // In the other modes everybody of the first wave is in the test.
    sample: experiment.mode === 'continue' ? experiment.maxSample : null,
    isStarted: experiment.startedAt !== null,
    isValid: experiment.state !== 'invalid',
  };
}

/** How long after its message each outcome still counts. */
export function windowsOf(experiment: Experiment): Record<Measure | 'guardrails', number> {
  const primary = designOf(experiment).primary;
  const own = experiment.outcomeWindowMs ?? OUTCOME_WINDOW_MS[primary];
  const measures = MEASURES.map((measure) => [
    measure,
    measure === primary ? own : OUTCOME_WINDOW_MS[measure],
  ]);
  return {
    ...(Object.fromEntries(measures) as Record<Measure, number>),
    guardrails: Math.max(GUARDRAIL_WINDOW_MS, own),
  };
}

/** How many people the test will have in the end. */
export function plannedOf({ sample }: Design, observed: readonly ObservedVariant[]): number {
  const assigned = sumOf(observed, 'assigned');
  return sample === null ? assigned : Math.min(sample, Math.max(assigned, 1));
}

/** How many the two variants of a comparison will have together. */
export function plannedTogether(
  design: Design,
  observed: readonly ObservedVariant[],
  pair: readonly [number, number],
): number {
  const weightOf = (numbers: readonly number[]): number =>
    design.variants.reduce((sum, { number, weightBp }) => sum + (numbers.includes(number) ? weightBp : 0), 0);
  const all = weightOf(design.variants.map(({ number }) => number));
  return Math.max(1, (plannedOf(design, observed) * weightOf(pair)) / all);
}

/** The share of wrong winners that one comparison may have: the leader is chosen after looking at all of them. */
export function alphaOfPair({ alpha, variants }: Design): number {
  return alpha / pairsOf(variants.length);
}

/** Every window of everybody who was attempted is over, and nobody waits: only new people or attempts change a figure. */
export function isOver(observed: readonly ObservedVariant[]): boolean {
  return observed.every(
    ({ waiting, attempted, guarded, outcomes }) =>
      waiting === 0 && guarded === attempted && MEASURES.every((one) => outcomes[one].units === attempted),
  );
}

/** The time of everybody in the test is over, for the primary metric and the guardrails. */
export function isAtHorizon(design: Design, observed: readonly ObservedVariant[]): boolean {
  const attempted = sumOf(observed, 'attempted');
  // All of a sample may have been skipped, or a small one be empty by chance: nothing is left to wait for.
  if (attempted === 0) return design.isStarted && sumOf(observed, 'waiting') === 0;
  if (sumOf(observed, 'guarded') >= plannedOf(design, observed)) return true;
  // Those who were skipped never become part of the test: it is over when nobody is left to wait for.
  return sumOf(observed, 'waiting') === 0 && sumOf(observed, 'guarded') === attempted;
}
