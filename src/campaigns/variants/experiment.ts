import { type Assignment, weightsWithout } from '../../recipients/variants/variant-bucket.js';
import type {
  ANALYSES,
  DECISIONS,
  DecisionBasis,
  ExperimentMode,
  ExperimentState,
  Metric,
  ON_NO_WINNER,
} from './experiment-state.js';

export interface Variant {
  /** 1 to 8; what the row of a recipient names. */
  number: number;
  key: string;
  name: string | null;
  weightBp: number;
  /** Null, here and below: as the campaign. */
  templateName: string | null;
  languageCode: string | null;
  templateVariables: Record<string, unknown> | null;
  templateComponents: unknown[] | null;
  sendAt: string | null;
  /** Of the template as it was when the experiment started. */
  templateHash: string | null;
  droppedAt: Date | null;
}

/** How an experiment is set up. Null: chosen when it starts. */
export interface ExperimentSettings {
  mode: ExperimentMode | null;
  seed: string;
  holdoutBp: number;
  samplePercent: number;
  maxSample: number | null;
  minPerVariant: number;
  primaryMetric: Metric | null;
  outcomeWindowMs: number | null;
  analysis: (typeof ANALYSES)[number];
  alpha: number;
  decision: (typeof DECISIONS)[number];
  onNoWinner: (typeof ON_NO_WINNER)[number];
  maxOptOutRate: number;
}

export interface Experiment extends ExperimentSettings {
  campaignId: string;
  state: ExperimentState;
  /** Of 10,000: who is in the sample. Chosen when it starts; null: everybody, or an older one that has `samplePercent`. */
  sampleBp: number | null;
  startedAt: Date | null;
  decidedAt: Date | null;
  /** Who decided: an id, or null for the product itself. */
  decidedBy: string | null;
  decisionBasis: DecisionBasis | null;
  decisionReason: string | null;
  decisionKnown: Record<string, unknown> | null;
  invalidAt: Date | null;
  invalidReason: string | null;
  finishedAt: Date | null;
  updatedAt: Date;
  variants: Variant[];
}

export type MessageFields = Pick<
  Variant,
  'templateName' | 'languageCode' | 'templateVariables' | 'templateComponents'
>;

/** A campaign as the people of one variant get it. */
export function asVariant<T extends object>(campaign: T, variant: MessageFields): T {
  const { templateName, languageCode, templateVariables, templateComponents } = variant;
  const changes = Object.entries({ templateName, languageCode, templateVariables, templateComponents });
  // A template of its own is filled by its own values: components written for another one would not fit it.
  const fresh = templateName === null ? {} : { templateComponents: null };
  const own = Object.fromEntries(changes.filter(([, value]) => value !== null));
  const copy = Object.create(Object.getPrototypeOf(campaign) as object) as T;
  return Object.assign(copy, campaign, fresh, own);
}

/** Null: nobody has been divided yet. Dropped variants get nobody any more. */
export function assignmentOf(experiment: Experiment): Assignment | null {
  if (experiment.state === 'draft') return null;
  const { seed, holdoutBp, mode, samplePercent, sampleBp, variants } = experiment;
  const dropped = variants.filter(({ droppedAt }) => droppedAt !== null).map(({ number }) => number);
  const weights = dropped.length === 0 ? variants : weightsWithout(variants, dropped);
  return {
    seed,
    holdoutBp,
    weights: weights.map(({ number, weightBp }) => ({ number, weightBp })),
    sampleBp: mode === 'wait' ? (sampleBp ?? samplePercent * 100) : null,
  };
}

/** Variants that get nobody any more, and how their people are divided among the others. */
export interface Reassignment extends Pick<Assignment, 'seed' | 'weights'> {
  dropped: readonly number[];
}

/** Null: no variant has been dropped. */
export function reassignmentOf(experiment: Experiment): Reassignment | null {
  const dropped = experiment.variants.flatMap(({ number, droppedAt }) =>
    droppedAt === null ? [] : [number],
  );
  const assignment = dropped.length === 0 ? null : assignmentOf(experiment);
  return assignment === null ? null : { dropped, seed: assignment.seed, weights: assignment.weights };
}

export type NewVariant = Omit<Variant, 'templateHash' | 'droppedAt'>;

export interface VariantFigures {
  number: number;
  key: string;
  assigned: number;
  sent: number;
  delivered: number;
  read: number;
  clicked: number;
  responded: number;
  failed: number;
}
