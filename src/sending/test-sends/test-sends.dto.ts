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
    description: 'Used instead of the values of the first recipient',
  })
  variables?: Record<string, unknown>;
}

export class TestErrorDto {
  @Integer({
    nullable: true,
    example: 131026,
    description: 'Meta’s error code; null when the error is not from Meta',
  })
  code!: number | null;

  @Text({ max: 10_000, example: 'Message undeliverable' })
  title!: string;

  @Text({ nullable: true, max: 10_000 })
  details!: string | null;

  @Text({ nullable: true, description: 'Meta’s support asks for this value' })
  fbtraceId!: string | null;
}

export class TestResultDto {
  @Text({
    example: '+919978783238',
    description: 'In E.164; as given when it is not a phone number',
  })
  phoneNumber!: string;

  @OneOf(TEST_OUTCOMES, {
    description:
      '`sent`: Meta accepted it; `held`: Meta assesses the template first; `failed`: refused; `in_doubt`: unknown until a status arrives; `skipped`: not attempted',
  })
  status!: TestOutcome;

  @Uuid({ nullable: true, description: 'Id of the stored message; null when nothing was attempted' })
  messageId!: string | null;

  @Nested(() => TestErrorDto, { nullable: true, description: 'Why it failed, is in doubt or was skipped' })
  error!: TestErrorDto | null;
}

export class TestedCampaignDto {
  @Uuid()
  campaignId!: string;

  @NestedList(() => TestResultDto, { description: 'In the order of the given numbers' })
  results!: TestResultDto[];
}
