import { Integer, LongList, NestedList, OneOf, QueryFlag, Text, Uuid } from '../platform/http/fields.js';
import type { TakenIn } from '../campaigns/intake/recipient-intake.service.js';
import { PhoneNumbers, TemplateParameters } from './marketing-fields.dto.js';

export class MarketingRecipientDto {
  @Text({ min: 1, max: 50, example: '14694652751' })
  phone_number!: string;

  @Text({ optional: true, max: 200, example: 'Asha' })
  name?: string;

  @TemplateParameters({ optional: true })
  template_parameters?: Record<string, unknown> | unknown[];
}

export class AddRecipientsDto {
  @PhoneNumbers({ optional: true })
  phone_numbers?: string[];

  @LongList(() => MarketingRecipientDto, { optional: true, maxItems: 100_000 })
  recipients?: MarketingRecipientDto[];
}

export class RecipientsQuery {
  @QueryFlag({
    optional: true,
    description: 'Adds every customer who matches the campaign’s target_audience',
  })
  use_target_audience?: boolean;
}

export class InvalidRecipientDto {
  @Text({ example: '9978783238' })
  input!: string;

  @Text({ example: 'does not say its country' })
  reason!: string;
}

export class RecipientWarningDto {
  @OneOf(['us_marketing_restricted', 'unsubscribed'])
  code!: string;

  @Integer({ example: 3 })
  count!: number;
}

export class AddedRecipientsDto {
  @Uuid()
  campaign_id!: string;

  @Integer({ example: 10_000 })
  recipients_added!: number;

  @Integer({ example: 10_000 })
  total_recipients!: number;

  @Text({ example: 'Added 10000 recipients to campaign' })
  message!: string;

  @Integer({ example: 0 })
  duplicates_skipped!: number;

  @NestedList(() => InvalidRecipientDto, { description: 'The first thousand' })
  invalid!: InvalidRecipientDto[];

  @Integer({ example: 0 })
  invalid_count!: number;

  @NestedList(() => RecipientWarningDto)
  warnings!: RecipientWarningDto[];

  static of(campaignId: string, { result, total }: TakenIn): AddedRecipientsDto {
    return {
      campaign_id: campaignId,
      recipients_added: result.added,
      total_recipients: total,
      message: `Added ${result.added} recipients to campaign`,
      duplicates_skipped: result.duplicates,
      invalid: result.invalid.map(({ input, reason }) => ({ input, reason })),
      invalid_count: result.invalidCount,
      warnings: result.warnings,
    };
  }
}
