import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { EXPERIMENT_STATES } from '../campaigns/variants/experiment-state.js';
import { wilson } from '../inference/wilson.js';
import { Flag, Decimal, Instant, Integer, Nested, NestedList, OneOf, Text } from '../platform/http/fields.js';
import { PageDto } from '../platform/http/paging.js';
import type { Comparison, GuardrailCheck } from './compare-variants.js';
import type { ExperimentResults, Look } from './experiment-results.service.js';
import { VERDICTS } from './judge-experiment.js';
import type { Design } from './design.js';
import { GUARDRAILS, type Measure, MEASURES, sumOf } from './observed.js';

export class ExperimentMetricDto {
  @Integer({ description: 'People whose time for this metric is over', example: 1000 })
  units!: number;

  @Integer({ description: 'Those of them who did it in time', example: 120 })
  successes!: number;

  @Decimal({ nullable: true, example: 0.12 })
  rate!: number | null;

  @Decimal({
    nullable: true,
    description: 'The 95 % interval of the rate by itself (Wilson)',
    example: 0.1013,
  })
  low!: number | null;

  @Decimal({ nullable: true, example: 0.1416 })
  high!: number | null;
}

@ApiExtraModels(ExperimentMetricDto)
export class ExperimentVariantResultDto {
  @Text({ example: 'A' })
  key!: string;

  @Decimal({ description: 'In percent', example: 50 })
  weight!: number;

  @Integer({ example: 1250 })
  assigned!: number;

  @Integer({ description: 'At least one attempt to send, however it ended', example: 1010 })
  attempted!: number;

  @Integer({ description: 'Whose time for the primary metric is over', example: 1000 })
  mature!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(ExperimentMetricDto) },
    description: MEASURES.join(', '),
  })
  metrics!: Record<Measure, ExperimentMetricDto>;
}

export class ExperimentComparisonDto {
  @Text({ example: 'A' })
  a!: string;

  @Text({ example: 'B' })
  b!: string;

  @OneOf(MEASURES)
  metric!: string;

  @Decimal({
    min: -1,
    max: 1,
    nullable: true,
    description: 'Of b against a, as a fraction; null: nothing may be said',
    example: 0.05,
  })
  difference!: number | null;

  @Decimal({ min: -1, max: 1, nullable: true, example: 0.0052 })
  low!: number | null;

  @Decimal({ min: -1, max: 1, nullable: true, example: 0.0948 })
  high!: number | null;

  @Decimal({ nullable: true, description: 'Adjusted (Holm); only of a test that is read once, at its end' })
  p!: number | null;

  @Flag({ nullable: true, description: 'null: no claim is made' })
  significant!: boolean | null;

  @Text({ description: 'Why, as a stable word', example: 'horizon_not_reached' })
  because!: string;
}

export class ExperimentGuardrailDto {
  @Text({ example: 'A' })
  a!: string;

  @Text({ example: 'B' })
  b!: string;

  @OneOf(GUARDRAILS)
  metric!: string;

  @Decimal({ min: -1, max: 1, nullable: true, example: 0.032 })
  difference!: number | null;

  @Decimal({ min: -1, max: 1, nullable: true, example: 0.0111 })
  low!: number | null;

  @Decimal({ min: -1, max: 1, nullable: true, example: 0.0529 })
  high!: number | null;

  @Text({ nullable: true, description: 'The variant that does harm; null: no harm shown', example: 'B' })
  harmful!: string | null;
}

export class ExperimentHorizonDto {
  @Integer({ description: 'People the test will have in the end', example: 5000 })
  planned!: number;

  @Integer({ description: 'Whose time for the primary metric is over', example: 2000 })
  mature!: number;

  @Integer({ description: 'Who have got it and still have time', example: 250 })
  pending!: number;

  @Flag({ description: 'The time of everybody is over, for the guardrails too' })
  reached!: boolean;
}

export class ExperimentSharesDto {
  @Decimal({ nullable: true, description: 'null: not to be read yet', example: 0.0993 })
  bayesFactor!: number | null;

  @Flag({ description: 'The variants did not go out in the planned shares' })
  mismatch!: boolean;
}

export class ExperimentResultsDto {
  @OneOf(EXPERIMENT_STATES)
  state!: string;

  @Text({ nullable: true, example: 'continue' })
  mode!: string | null;

  @OneOf(MEASURES, { description: 'The only one that decides' })
  primaryMetric!: string;

  @Text({ example: 'sequential' })
  analysis!: string;

  @Integer({ example: 96 })
  looks!: number;

  @Instant({ nullable: true })
  lookedAt!: string | null;

  @Text({ description: 'Who is in the test', example: 'first 2,250 in insertion order' })
  sample!: string;

  @Nested(() => ExperimentHorizonDto)
  horizon!: ExperimentHorizonDto;

  @Nested(() => ExperimentSharesDto)
  srm!: ExperimentSharesDto;

  @NestedList(() => ExperimentVariantResultDto)
  variants!: ExperimentVariantResultDto[];

  @NestedList(() => ExperimentComparisonDto, {
    description:
      'Of the primary metric, and exploratory ones, whose intervals are not adjusted and never decide',
  })
  comparisons!: ExperimentComparisonDto[];

  @NestedList(() => ExperimentGuardrailDto)
  guardrails!: ExperimentGuardrailDto[];

  @OneOf(VERDICTS, { description: 'Of the last look' })
  verdict!: string;

  @Text({ nullable: true, example: 'B' })
  winner!: string | null;

  @Text({ nullable: true, description: '`automatic`, or who decided by hand' })
  decidedBy!: string | null;

  @Instant({ nullable: true })
  decidedAt!: string | null;

  @Text({ nullable: true, example: 'significant' })
  decisionBasis!: string | null;

  @Text({ nullable: true, example: 'srm' })
  invalidReason!: string | null;

  @Text({ description: 'One sentence for people' })
  text!: string;

  static of(results: ExperimentResults): ExperimentResultsDto {
    const { experiment, design, observed, judgement, looks, lookedAt, winner, text } = results;
    const keyOf = (number: number | null): string | null =>
      design.variants.find((variant) => variant.number === number)?.key ?? null;
    const { state, mode, decidedAt, decidedBy, decisionBasis, invalidReason } = experiment;
    const { planned, mature, pending, reached } = judgement.horizon;
    return {
      ...{ state, mode, primaryMetric: design.primary, analysis: design.analysis, looks },
      lookedAt: lookedAt?.toISOString() ?? null,
      sample: sampleText(results),
      horizon: { planned, mature, pending, reached },
      srm: judgement.srm,
      variants: observed.map((variant) => ({
        key: keyOf(variant.number) ?? '',
        weight: (design.variants.find(({ number }) => number === variant.number)?.weightBp ?? 0) / 100,
        ...{ assigned: variant.assigned, attempted: variant.attempted, mature: variant.mature },
        metrics: Object.fromEntries(
          MEASURES.map((measure) => [measure, metricOf(variant.outcomes[measure])]),
        ) as Record<Measure, ExperimentMetricDto>,
      })),
      comparisons: judgement.comparisons.map((comparison) => shownOf(comparison, keyOf)),
      guardrails: judgement.guardrails.map((check) => ({
        ...shownOf(check, keyOf),
        harmful: keyOf(check.harmful),
      })),
      ...{ verdict: judgement.verdict, winner: keyOf(winner), decisionBasis, invalidReason, text },
      decidedBy: decidedAt === null ? null : (decidedBy ?? 'automatic'),
      decidedAt: decidedAt?.toISOString() ?? null,
    };
  }
}

export class ExperimentLookVariantDto {
  @Text({ example: 'A' })
  key!: string;

  @Integer({ example: 1000 })
  units!: number;

  @Integer({ example: 120 })
  successes!: number;
}

/** One look in the list of them: the primary metric only. */
export class ExperimentLookDto {
  @Instant()
  at!: string;

  @OneOf(VERDICTS)
  verdict!: string;

  @Integer({ description: 'Whose time for the primary metric was over', example: 2000 })
  mature!: number;

  @NestedList(() => ExperimentLookVariantDto, { description: 'Their primary metric' })
  variants!: ExperimentLookVariantDto[];

  static of({ at, verdict, looked }: Look, { variants, primary }: Design): ExperimentLookDto {
    return {
      at: at.toISOString(),
      verdict,
      mature: sumOf(looked.variants, 'mature'),
      variants: looked.variants.map(({ number, outcomes }) => ({
        key: variants.find((variant) => variant.number === number)?.key ?? String(number),
        ...outcomes[primary],
      })),
    };
  }
}

export class ExperimentLookPageDto extends PageDto {
  @NestedList(() => ExperimentLookDto)
  data!: ExperimentLookDto[];
}

function metricOf({ units, successes }: { units: number; successes: number }): ExperimentMetricDto {
  if (units === 0) return { units, successes, rate: null, low: null, high: null };
  return { units, successes, rate: successes / units, ...wilson({ units, successes }) };
}

function shownOf<T extends Comparison | GuardrailCheck>(
  comparison: T,
  keyOf: (number: number) => string | null,
): Omit<T, 'a' | 'b'> & { a: string; b: string } {
  return { ...comparison, a: keyOf(comparison.a) ?? '', b: keyOf(comparison.b) ?? '' };
}

/** People who are sent to in the order in which they were added were not drawn by chance. */
function sampleText({ experiment, judgement, observed }: ExperimentResults): string {
  const count = (people: number): string => people.toLocaleString('en-US');
  const attempted = observed.reduce((sum, variant) => sum + variant.attempted, 0);
  if (experiment.mode === 'continue') return `first ${count(attempted)} in insertion order`;
  if (experiment.mode === 'wait') {
    const { sampleBp, samplePercent } = experiment;
    const share = sampleBp === null ? samplePercent : sampleBp / 100;
    return `${share} % drawn by chance: ${count(judgement.horizon.planned)} people`;
  }
  return 'everybody';
}
