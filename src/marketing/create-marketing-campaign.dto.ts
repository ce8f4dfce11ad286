import type { CampaignInput } from '../campaigns/campaign/campaign-input.js';
import { BREAKER_FIRST, BREAKER_MIN, BREAKER_PERCENT } from '../campaigns/breaker-settings.js';
import { CAMPAIGN_STATES, type CampaignState } from '../campaigns/campaign/campaign-state.js';
import { Integer, JsonObject, OneOf, Text, Uuid } from '../platform/http/fields.js';
import { AUDIENCE, ComponentList } from './marketing-fields.dto.js';

const TIME = /^([01]\d|2[0-4]):[0-5]\d$/;
const WINDOW = 'HH:MM in the campaign’s time zone; null for both: at any hour';

export class CreateMarketingCampaignDto {
  @Text({ min: 1, max: 200, example: 'Summer Sale 2025' })
  name!: string;

  @Text({ optional: true, nullable: true, max: 5_000, example: 'Promotional campaign for summer sale' })
  description?: string | null;

  @Text({
    min: 1,
    max: 512,
    pattern: /^[a-z0-9_]+$/i,
    hint: 'must be a template name',
    example: 'summer_sale_promo',
  })
  template_name!: string;

  @Text({ optional: true, min: 2, max: 20, example: 'en_US' })
  language_code?: string;

  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 10_000_000,
    default: 250,
    description: 'Recipients a day; null: none',
  })
  daily_send_limit?: number | null;

  @Integer({ optional: true, min: 1, max: 10, default: 5, description: '1 goes first' })
  priority?: number;

  @JsonObject({
    optional: true,
    nullable: true,
    example: AUDIENCE,
    description: 'Every key must match: customer_tier, city, state, zipcode, tags (any of them), segment',
  })
  target_audience?: Record<string, unknown> | null;

  @ComponentList({ optional: true, nullable: true })
  template_components?: Record<string, unknown>[] | null;

  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 100_000,
    description: 'Messages a minute; left out: as fast as the sender may',
  })
  rate_limit?: number | null;

  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 1_000,
    default: 10,
    description: BREAKER_FIRST,
  })
  breaker_first_failures?: number | null;

  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 100,
    default: 50,
    description: BREAKER_PERCENT,
  })
  breaker_failure_percent?: number | null;

  @Integer({ optional: true, min: 1, max: 1_000_000, default: 50, description: BREAKER_MIN })
  breaker_min_attempts?: number;

  @Uuid({ optional: true, nullable: true, description: 'Left out: the default sender' })
  sender_id?: string | null;

  @Text({
    optional: true,
    nullable: true,
    pattern: TIME,
    hint: 'must be a time such as 09:00',
    max: 5,
    example: '09:00',
    description: WINDOW,
  })
  send_window_start?: string | null;

  @Text({
    optional: true,
    nullable: true,
    pattern: TIME,
    hint: 'must be a time such as 21:00',
    max: 5,
    example: '21:00',
    description: WINDOW,
  })
  send_window_end?: string | null;

  @Text({ optional: true, max: 64, example: 'America/New_York' })
  time_zone?: string;
}

export function inputFrom(body: CreateMarketingCampaignDto): CampaignInput {
  return {
    name: body.name,
    description: body.description,
    templateName: body.template_name,
    languageCode: body.language_code,
    dailySendLimit: body.daily_send_limit,
    priority: body.priority,
    targetAudience: body.target_audience,
    templateComponents: body.template_components,
    rateLimit: body.rate_limit,
    breakerFirstFailures: body.breaker_first_failures,
    breakerFailurePercent: body.breaker_failure_percent,
    breakerMinAttempts: body.breaker_min_attempts,
    senderId: body.sender_id,
    sendWindowStart: body.send_window_start,
    sendWindowEnd: body.send_window_end,
    timeZone: body.time_zone,
  };
}

export class CreatedMarketingCampaignDto {
  @Uuid()
  id!: string;

  @Text({ example: 'Summer Sale 2025' })
  name!: string;

  @OneOf(CAMPAIGN_STATES)
  status!: CampaignState;

  @Text({ example: 'summer_sale_promo' })
  template_name!: string;

  @Text({ example: "Campaign 'Summer Sale 2025' created successfully" })
  message!: string;
}
