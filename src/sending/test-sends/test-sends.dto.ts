import {
  Integer,
  JsonObject,
  Nested,
  NestedList,
  OneOf,
  Text,
  TextList,
  Uuid,
} from '../../platform/http/fields.js';
import { TEST_OUTCOMES, type TestOutcome } from './test-outcome.js';

export class TestCampaignDto {
  @TextList({ minItems: 1, maxItems: 10, maxLength: 50, example: ['+919978783238'] })
  phoneNumbers!: string[];

  @JsonObject({
    optional: true,
    example: { 1: 'Bali' },
    description: 'Instead of the values of the first recipient',
  })
  variables?: Record<string, unknown>;
}

export class TestErrorDto {
  @Integer({ nullable: true, example: 131026, description: 'Meta’s code; null when it is none of Meta’s' })
  code!: number | null;

  @Text({ max: 10_000, example: 'Message undeliverable' })
  title!: string;

  @Text({ nullable: true, max: 10_000 })
  details!: string | null;

  @Text({ nullable: true, description: 'What Meta’s support asks for' })
  fbtraceId!: string | null;
}

export class TestResultDto {
  @Text({
    example: '+919978783238',
    description: 'As it was given when it is no number; else in its one spelling',
  })
  phoneNumber!: string;

  @OneOf(TEST_OUTCOMES, {
    description:
      '`sent`: Meta took it; `held`: Meta assesses the template first; `failed`: refused; `in_doubt`: nobody knows, a status will tell; `skipped`: not tried',
  })
  status!: TestOutcome;

  @Uuid({ nullable: true, description: 'Of our record; null when nothing was tried' })
  messageId!: string | null;

  @Nested(() => TestErrorDto, { nullable: true, description: 'Why it failed, is in doubt or was skipped' })
  error!: TestErrorDto | null;
}

export class TestedCampaignDto {
  @Uuid()
  campaignId!: string;

  @NestedList(() => TestResultDto, { description: 'In the order in which the numbers were given' })
  results!: TestResultDto[];
}
