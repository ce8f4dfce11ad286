import { PartialType } from '@nestjs/swagger';
import { JsonObject, LongList, Text } from '../../platform/http/fields.js';
import { settingsOf } from '../campaign/campaign-fields.js';
import type { TargetType } from '../campaign/target-type.js';
import type { CampaignChanges } from '../campaign/campaign-input.js';
import { Given } from './campaign-settings.dto.js';

/** Messages a minute, unless the request says otherwise. */
export const RATE_LIMIT = 10;

export class RecipientInputDto {
  @Text({ min: 1, max: 50, example: '+919978783238' })
  phoneNumber!: string;

  @Text({ optional: true, max: 200, example: 'Asha' })
  name?: string;

  @JsonObject({ optional: true, example: { 1: 'Bali Premium Package', 2: '₹45,000' } })
  variables?: Record<string, unknown>;
}

export class CreateCampaignDto {
  @Given({ example: 'Bali Summer Promotion 2025' })
  name!: string;

  @Given({ example: 'Special offer for our premium Bali package' })
  description?: string | null;

  @Given({ example: 'tour_package_marketing' })
  templateName!: string;

  @Given({ setting: 'languageCode' })
  templateLanguage?: string;

  @Given()
  templateVariables?: Record<string, unknown> | null;

  @Given()
  links?: Record<string, unknown> | null;

  @Given()
  targetType?: TargetType;

  @Given({
    example: {
      logic: 'AND',
      conditions: [{ field: 'saleDetails.destination', operator: 'contains', value: 'Bali' }],
    },
  })
  segmentQuery?: Record<string, unknown> | null;

  @Given()
  sourceCampaignId?: string | null;

  @Given()
  senderId?: string | null;

  @Given()
  scheduledFor?: string | null;

  @Given({ default: RATE_LIMIT })
  rateLimit?: number | null;

  @Given()
  dailySendLimit?: number | null;

  @Given()
  priority?: number;

  @Given()
  retryFailed?: boolean;

  @Given()
  maxRetries?: number;

  @Given()
  breakerFirstFailures?: number | null;

  @Given()
  breakerFailurePercent?: number | null;

  @Given()
  breakerMinAttempts?: number;

  @Given()
  sendWindowStart?: string | null;

  @Given()
  sendWindowEnd?: string | null;

  @Given({ example: 'Asia/Kolkata' })
  timeZone?: string;

  @Given()
  sendInRecipientZone?: boolean;

  @Given()
  tags?: string[];

  @LongList(() => RecipientInputDto, { optional: true, maxItems: 100_000 })
  recipients?: RecipientInputDto[];
}

export class UpdateCampaignDto extends PartialType(CreateCampaignDto) {}

/** Maps the API's own names and defaults to the input of a campaign. */
export function inputFrom(body: UpdateCampaignDto): CampaignChanges {
  const { templateLanguage: languageCode, scheduledFor, ...others } = body;
  return settingsOf('whatsapp', {
    ...others,
    languageCode,
    scheduledFor: scheduledFor === undefined || scheduledFor === null ? scheduledFor : new Date(scheduledFor),
  });
}
