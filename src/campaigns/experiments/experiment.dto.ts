import { ComponentList } from '../../templates/api/component-list.dto.js';
import {
  Decimal,
  Instant,
  Integer,
  JsonObject,
  NestedList,
  OneOf,
  Text,
} from '../../platform/http/fields.js';
import {
  ANALYSES,
  DECISION_BASES,
  DECISIONS,
  type DecisionBasis,
  EXPERIMENT_MODES,
  EXPERIMENT_STATES,
  type ExperimentMode,
  type ExperimentState,
  type Metric,
  METRICS,
  ON_NO_WINNER,
} from '../variants/experiment-state.js';
import type { Variant } from '../variants/experiment.js';
import type { VariantFigures } from '../variants/experiment.js';
import { MOST_VARIANTS } from './experiment-definition.js';
import type { ShownExperiment } from './experiments.service.js';
import { outcomeWindowText } from './outcome-window.js';

const Key = (options: { optional?: boolean; description?: string } = {}) =>
  Text({
    ...options,
    min: 1,
    max: 20,
    pattern: /^[A-Za-z0-9_-]+$/,
    hint: 'must be letters, digits, - or _',
    example: 'A',
  });
const AS_CAMPAIGN = 'Default: as the campaign';

export class ExperimentVariantInputDto {
  @Key({ optional: true, description: 'Default: A, B and so on' })
  key?: string;

  @Text({ optional: true, nullable: true, max: 100, example: 'With the price' })
  name?: string | null;

  @Decimal({ min: 0.01, max: 100, decimals: 2, example: 50, description: 'In percent; together 100' })
  weight!: number;

  @Text({ optional: true, nullable: true, min: 1, max: 512, description: AS_CAMPAIGN })
  templateName?: string | null;

  @Text({ optional: true, nullable: true, min: 2, max: 20, example: 'en_US', description: AS_CAMPAIGN })
  templateLanguage?: string | null;

  @JsonObject({ optional: true, nullable: true, example: { 1: '₹45,000' }, description: AS_CAMPAIGN })
  templateVariables?: Record<string, unknown> | null;

  @ComponentList({ optional: true, nullable: true })
  templateComponents?: Record<string, unknown>[] | null;

  @Text({
    optional: true,
    nullable: true,
    max: 5,
    pattern: /^([01]\d|2[0-3]):[0-5]\d$/,
    hint: 'must be a time such as 18:00',
    example: '18:00',
    description: 'The time of day of its messages, inside the send window',
  })
  sendAt?: string | null;
}

export class DefineExperimentDto {
  @OneOf(EXPERIMENT_MODES, {
    optional: true,
    description:
      '`split`: a result only; `wait`: a sample first, and the winner for the others; `continue`: the winner for those who ' +
      'have not been attempted. Default: `wait` when all goes in one day, otherwise `continue`',
  })
  mode?: ExperimentMode;

  @NestedList(() => ExperimentVariantInputDto, { maxItems: MOST_VARIANTS })
  variants!: ExperimentVariantInputDto[];

  @Decimal({
    optional: true,
    min: 0,
    max: 50,
    decimals: 2,
    default: 0,
    description: 'Of 100 people, who get nothing',
  })
  holdoutPercent?: number;

  @Integer({
    optional: true,
    min: 1,
    max: 99,
    default: 20,
    description: 'With `wait`: of 100 people, the sample',
  })
  samplePercent?: number;

  @Integer({
    optional: true,
    min: 1,
    description: 'Default: half of the people; with `wait`, `samplePercent` of them',
  })
  maxSample?: number;

  @Integer({ optional: true, min: 1, default: 100 })
  minPerVariant?: number;

  @OneOf(METRICS, {
    optional: true,
    description: 'What decides. Default: `clicked` if somebody can, otherwise `read`',
  })
  primaryMetric?: Metric;

  @Text({
    optional: true,
    max: 20,
    example: 'PT72H',
    description: 'How long after its message an outcome counts',
  })
  outcomeWindow?: string;

  @OneOf(ANALYSES, { optional: true, default: 'sequential' })
  analysis?: (typeof ANALYSES)[number];

  @Decimal({ optional: true, min: 0.01, max: 0.2, decimals: 5, default: 0.05 })
  alpha?: number;

  @OneOf(DECISIONS, { optional: true, default: 'automatic' })
  decision?: (typeof DECISIONS)[number];

  @OneOf(ON_NO_WINNER, { optional: true, default: 'best' })
  onNoWinner?: (typeof ON_NO_WINNER)[number];

  @Decimal({ optional: true, min: 0.001, max: 1, decimals: 5, default: 0.02 })
  maxOptOutRate?: number;

  @Text({
    optional: true,
    min: 1,
    max: 64,
    description: 'Divides the people. Default: the id of the campaign',
  })
  seed?: string;
}

export class DecideExperimentDto {
  @Key({ description: 'The key of the winner' })
  variant!: string;

  @Text({ optional: true, max: 500 })
  reason?: string;
}

export class DropVariantDto {
  @Key()
  variant!: string;
}

export class DroppedVariantDto {
  @Integer({ example: 120, description: 'People who have not been written to and get another variant now' })
  reassigned!: number;
}

export class ExperimentVariantDto {
  @Text({ example: 'A' })
  key!: string;

  @Text({ nullable: true })
  name!: string | null;

  @Decimal({ example: 50 })
  weight!: number;

  @Text({ nullable: true, description: 'Null, here and below: as the campaign' })
  templateName!: string | null;

  @Text({ nullable: true })
  templateLanguage!: string | null;

  @JsonObject({ nullable: true })
  templateVariables!: Record<string, unknown> | null;

  @ComponentList({ nullable: true })
  templateComponents!: Record<string, unknown>[] | null;

  @Text({ nullable: true, example: '18:00' })
  sendAt!: string | null;

  @Integer({ example: 5_000, description: 'People who have it' })
  assigned!: number;

  @Instant({ nullable: true })
  droppedAt!: string | null;

  static of(variant: Variant, figures: VariantFigures | undefined): ExperimentVariantDto {
    return {
      key: variant.key,
      name: variant.name,
      weight: variant.weightBp / 100,
      templateName: variant.templateName,
      templateLanguage: variant.languageCode,
      templateVariables: variant.templateVariables,
      templateComponents: variant.templateComponents as Record<string, unknown>[] | null,
      sendAt: variant.sendAt,
      assigned: figures?.assigned ?? 0,
      droppedAt: variant.droppedAt?.toISOString() ?? null,
    };
  }
}

export class ExperimentDto {
  @OneOf(EXPERIMENT_STATES)
  state!: ExperimentState;

  @OneOf(EXPERIMENT_MODES, {
    nullable: true,
    description: 'Null, here and below: chosen when the campaign starts',
  })
  mode!: ExperimentMode | null;

  @NestedList(() => ExperimentVariantDto)
  variants!: ExperimentVariantDto[];

  @Decimal({ example: 0 })
  holdoutPercent!: number;

  @Integer({ example: 0, description: 'People of the control group' })
  heldOut!: number;

  @Integer({ example: 20 })
  samplePercent!: number;

  @Integer({ nullable: true })
  maxSample!: number | null;

  @Integer({ example: 100 })
  minPerVariant!: number;

  @OneOf(METRICS, { nullable: true })
  primaryMetric!: Metric | null;

  @Text({ nullable: true, example: 'PT72H' })
  outcomeWindow!: string | null;

  @OneOf(ANALYSES)
  analysis!: (typeof ANALYSES)[number];

  @Decimal({ example: 0.05 })
  alpha!: number;

  @OneOf(DECISIONS)
  decision!: (typeof DECISIONS)[number];

  @OneOf(ON_NO_WINNER)
  onNoWinner!: (typeof ON_NO_WINNER)[number];

  @Decimal({ example: 0.02 })
  maxOptOutRate!: number;

  @Text()
  seed!: string;

  @Text({ nullable: true, example: 'B', description: 'Those who have not been attempted get this variant' })
  winner!: string | null;

  @Instant({ nullable: true })
  startedAt!: string | null;

  @Instant({ nullable: true })
  decidedAt!: string | null;

  @Text({ nullable: true, description: 'Who decided; null: nobody, or the product itself' })
  decidedBy!: string | null;

  @OneOf(DECISION_BASES, { nullable: true })
  decisionBasis!: DecisionBasis | null;

  @Text({ nullable: true })
  decisionReason!: string | null;

  @JsonObject({ nullable: true, description: 'What was known when it was decided' })
  decisionKnown!: Record<string, unknown> | null;

  @Text({ nullable: true })
  invalidReason!: string | null;

  static of({ experiment, winner, figures }: ShownExperiment): ExperimentDto {
    const { outcomeWindowMs } = experiment;
    const of = (number: number) => figures.find((one) => one.number === number);
    return {
      state: experiment.state,
      mode: experiment.mode,
      variants: experiment.variants.map((one) => ExperimentVariantDto.of(one, of(one.number))),
      holdoutPercent: experiment.holdoutBp / 100,
      heldOut: of(0)?.assigned ?? 0,
      samplePercent: experiment.samplePercent,
      maxSample: experiment.maxSample,
      minPerVariant: experiment.minPerVariant,
      primaryMetric: experiment.primaryMetric,
      outcomeWindow: outcomeWindowMs === null ? null : outcomeWindowText(outcomeWindowMs),
      analysis: experiment.analysis,
      alpha: experiment.alpha,
      decision: experiment.decision,
      onNoWinner: experiment.onNoWinner,
      maxOptOutRate: experiment.maxOptOutRate,
      seed: experiment.seed,
      winner,
      startedAt: experiment.startedAt?.toISOString() ?? null,
      decidedAt: experiment.decidedAt?.toISOString() ?? null,
      decidedBy: experiment.decidedBy,
      decisionBasis: experiment.decisionBasis,
      decisionReason: experiment.decisionReason,
      decisionKnown: experiment.decisionKnown,
      invalidReason: experiment.invalidReason,
    };
  }
}
