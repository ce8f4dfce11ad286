import {
  Instant,
  Integer,
  Nested,
  NestedList,
  OneOf,
  Text,
  TextList,
  Uuid,
} from '../platform/http/fields.js';
import { PROBLEM_STEPS, SEVERITIES, WARNINGS } from './forecast-problems.js';

const NUMBERS = { example: ['+919978783238'] } as const;
const A_DAY = '2025-01-15';

export class LeftOutDto {
  @Text({ example: 'User unsubscribed' })
  reason!: string;

  @Integer({ example: 312 })
  count!: number;

  @TextList({ ...NUMBERS, description: 'Up to three of them' })
  sample!: string[];
}

export class ForecastRecipientsDto {
  @Integer({
    description: 'Everyone the campaign names: its recipients, and who matches its audience',
    example: 9812,
  })
  matched!: number;

  @Integer({ description: 'Those of them who are not left out', example: 9412 })
  reachable!: number;

  @NestedList(() => LeftOutDto, {
    description: 'Who does not get it, and why: `skipped`, and who is not added at all',
  })
  leftOut!: LeftOutDto[];

  @Integer({ description: 'Recipients of the campaign once it has started', example: 9500 })
  total!: number;

  @Integer({ description: 'Recipients that need nothing more, or whose message is on its way', example: 0 })
  done!: number;

  @Integer({ description: 'Recipients that will be sent to; the sum of `days`', example: 9412 })
  willSend!: number;

  @NestedList(() => LeftOutDto, { description: 'Recipients that will be skipped when their turn comes' })
  skipped!: LeftOutDto[];
}

export class ForecastObstacleDto {
  @Text({ example: 'template_not_approved', description: 'As the start would refuse it' })
  code!: string;

  @Text()
  message!: string;
}

export class ForecastProblemDto {
  @OneOf(PROBLEM_STEPS, { description: 'Where it is cured' })
  step!: string;

  @OneOf(SEVERITIES, { description: 'error: the campaign cannot start' })
  severity!: string;

  @Text({ example: 'Left out: User unsubscribed.' })
  text!: string;

  @Integer({ nullable: true, example: 312 })
  count!: number | null;

  @TextList(NUMBERS)
  sample!: string[];
}

export class ForecastWarningDto {
  @OneOf(WARNINGS)
  code!: string;

  @Integer({ optional: true, example: 61 })
  count?: number;
}

export class ForecastDayDto {
  @Text({ example: A_DAY })
  date!: string;

  @Integer({ description: 'Who will be sent to on this day', example: 250 })
  count!: number;

  @Integer({ description: 'Who will be skipped on this day', example: 0 })
  skipped!: number;

  @Integer({
    nullable: true,
    description: 'The lower one of the daily limit and the messaging limit of Meta; null: neither is known',
    example: 250,
  })
  ofLimit!: number | null;

  @Integer({ description: 'What other campaigns have planned of the same messaging limit', example: 0 })
  takenByOthers!: number;
}

export class ForecastEndsDto {
  @Text({ nullable: true, example: A_DAY })
  limitUnlimited!: string | null;

  @Text({ nullable: true, example: A_DAY })
  limitDoubled!: string | null;
}

export class ForecastQuotaDto {
  @Integer({ nullable: true, description: 'People in 24 hours; null: unknown or unlimited', example: 1000 })
  limit!: number | null;

  @Integer({ example: 250 })
  usedLast24h!: number;

  @Integer({ nullable: true, description: 'What is left of today for this campaign', example: 750 })
  freeToday!: number | null;

  @Integer({ description: 'Kept from campaigns for single messages', example: 0 })
  reserve!: number;
}

export class ForecastConflictDto {
  @OneOf(['delays', 'delayedBy'], {
    description: 'Whether this campaign delays the other one or waits for it',
  })
  kind!: string;

  @Uuid()
  campaignId!: string;

  @Text({ example: 'Diwali Thank-you' })
  name!: string;

  @Integer({ description: 'By how many days the end moves', example: 2 })
  days!: number;
}

export class ForecastBillableDto {
  @Text({ nullable: true, example: 'MARKETING', description: 'Null: the template is not known' })
  category!: string | null;

  @Integer({ description: 'Meta bills about as many messages, if all arrive', example: 9412 })
  messages!: number;
}

export class MarketCostDto {
  @Text({ example: 'India' })
  market!: string;

  @Integer({ example: 900 })
  messages!: number;

  @Text({ example: '9.63' })
  amount!: string;
}

export class ForecastCostDto {
  @Text({ example: '9.63' })
  amount!: string;

  @Text({ example: 'USD' })
  currency!: string;

  @NestedList(() => MarketCostDto)
  byMarket!: MarketCostDto[];
}

export class ForecastDto {
  @Instant({ description: 'Later refusals and messages of other campaigns are not guessed' })
  asOf!: string;

  @Nested(() => ForecastRecipientsDto)
  recipients!: ForecastRecipientsDto;

  @NestedList(() => ForecastObstacleDto, {
    description: 'What a start would be refused for; empty: it can start',
  })
  notReady!: ForecastObstacleDto[];

  @NestedList(() => ForecastProblemDto, {
    description: 'The same, what is left out and the warnings, as sentences',
  })
  problems!: ForecastProblemDto[];

  @NestedList(() => ForecastWarningDto)
  warnings!: ForecastWarningDto[];

  @NestedList(() => ForecastDayDto, {
    description: 'The days on which messages go out, in order',
    maxItems: 40_000,
  })
  days!: ForecastDayDto[];

  @Text({ nullable: true, example: A_DAY })
  startsOn!: string | null;

  @Text({ nullable: true, example: A_DAY })
  endsOn!: string | null;

  @Nested(() => ForecastEndsDto, { description: 'The last day under another messaging limit' })
  endsOnIf!: ForecastEndsDto;

  @Nested(() => ForecastQuotaDto, {
    nullable: true,
    description: 'The messaging limit of the number’s portfolio',
  })
  quota!: ForecastQuotaDto | null;

  @NestedList(() => ForecastConflictDto, { description: 'Campaigns that share the messaging limit' })
  conflicts!: ForecastConflictDto[];

  @Nested(() => ForecastBillableDto)
  billable!: ForecastBillableDto;

  @Nested(() => ForecastCostDto, {
    nullable: true,
    description: 'As if all were delivered today; null: nobody would get it, or no price list has its prices',
  })
  cost!: ForecastCostDto | null;
}
