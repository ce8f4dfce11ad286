import { Decimal, Integer, NestedList } from '../platform/http/fields.js';
import type { SamplePlan } from './plan-sample.js';

export class SampleSizeQuestionDto {
  @Decimal({
    min: 0.0001,
    max: 0.9999,
    description: 'The rate without a change, as a fraction',
    example: 0.1,
  })
  baseline!: number;

  @Decimal({ min: -0.9999, max: 0.9999, description: 'The absolute difference to be found', example: 0.05 })
  effect!: number;

  @Decimal({
    min: 0.01,
    max: 0.999,
    optional: true,
    default: 0.8,
    description: 'How likely such a difference is to be found',
  })
  power?: number;

  @Decimal({
    min: 0.0001,
    max: 0.5,
    optional: true,
    default: 0.05,
    description: 'How likely a winner may be found where there is none',
  })
  alpha?: number;

  @Integer({ min: 2, max: 8, optional: true, default: 2 })
  variants?: number;

  @Integer({ min: 1, max: 100_000_000, optional: true, description: 'How many people there are' })
  audience?: number;

  @Integer({
    min: 1,
    max: 100_000_000,
    optional: true,
    description: 'How many of them get it a day',
    example: 250,
  })
  dailyLimit?: number;
}

export class DetectableDto {
  @Integer({ example: 3 })
  day!: number;

  @Decimal({
    nullable: true,
    description: 'The smallest increase that could be found; null: none',
    example: 0.08,
  })
  effect!: number | null;
}

export class SampleSizeDto {
  @Integer({ example: 686 })
  perVariant!: number;

  @Integer({ example: 1372 })
  total!: number;

  @Integer({ nullable: true, description: 'At the daily limit; null without one', example: 6 })
  days!: number | null;

  @NestedList(() => DetectableDto, {
    description: 'By day, at most 100 of them: until the audience (without one, the total) has been sent to',
  })
  detectableAt!: DetectableDto[];

  static of({ perVariant, total, days, detectableAt }: SamplePlan): SampleSizeDto {
    return { perVariant, total, days, detectableAt };
  }
}
