import type { Moves } from '../../rules/state-machine.js';

export const EXPERIMENT_STATES = ['draft', 'running', 'decided', 'finished', 'invalid'] as const;
export type ExperimentState = (typeof EXPERIMENT_STATES)[number];

/** An experiment that is invalid goes on and may still get a winner by hand; it proves nothing any more. */
export const EXPERIMENT_MOVES: Moves<ExperimentState> = {
  draft: ['running'],
  running: ['decided', 'finished', 'invalid'],
  decided: ['finished', 'invalid'],
  finished: [],
  invalid: [],
};

/** `split`: a result only. `wait`: a sample first, then the winner. `continue`: the winner for those who are left. */
export const EXPERIMENT_MODES = ['split', 'wait', 'continue'] as const;
export type ExperimentMode = (typeof EXPERIMENT_MODES)[number];

export const METRICS = ['delivered', 'read', 'clicked', 'replied', 'converted', 'revenue'] as const;
export type Metric = (typeof METRICS)[number];

const HOUR_MS = 60 * 60 * 1_000;
/** How long after its message an outcome still counts. */
export const OUTCOME_WINDOW_MS: Readonly<Record<Metric, number>> = {
  delivered: 24 * HOUR_MS,
  read: 48 * HOUR_MS,
  clicked: 72 * HOUR_MS,
  replied: 72 * HOUR_MS,
  converted: 168 * HOUR_MS,
  revenue: 168 * HOUR_MS,
};

export const ANALYSES = ['sequential', 'fixed'] as const;
export const DECISIONS = ['manual', 'automatic'] as const;
export const ON_NO_WINNER = ['best', 'first', 'ask'] as const;
export const DECISION_BASES = ['manual', 'significant', 'point_estimate', 'first', 'none'] as const;
export type DecisionBasis = (typeof DECISION_BASES)[number];
