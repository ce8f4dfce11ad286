import { PartialType } from '@nestjs/swagger';
import {
  Flag,
  Instant,
  Integer,
  JsonObject,
  NestedList,
  OneOf,
  Text,
  TextList,
  Uuid,
} from '../../platform/http/fields.js';
import { BREAKER_FIRST, BREAKER_MIN, BREAKER_PERCENT } from '../breaker-settings.js';
import { TARGET_TYPES, type TargetType } from '../campaign/target-type.js';
import type { CampaignChanges } from '../campaign/campaign-input.js';

const TIME = /^([01]\d|2[0-4]):[0-5]\d$/;
const WINDOW =
  'HH:MM in the campaign’s time zone; null for both: at any hour; left out: the installation’s window';

export class RecipientInputDto {
  @Text({ min: 1, max: 50, example: '+919978783238' })
  phoneNumber!: string;

  @Text({ optional: true, max: 200, example: 'Asha' })
  name?: string;

  @JsonObject({ optional: true, example: { 1: 'Bali Premium Package', 2: '₹45,000' } })
  variables?: Record<string, unknown>;
}

export class CreateCampaignDto {
  @Text({ min: 1, max: 200, example: 'Bali Summer Promotion 2025' })
  name!: string;

  @Text({ optional: true, nullable: true, max: 5_000, example: 'Special offer for our premium Bali package' })
  description?: string | null;

  @Text({
    min: 1,
    max: 512,
    pattern: /^[a-z0-9_]+$/i,
    hint: 'must be a template name',
    example: 'tour_package_marketing',
  })
  templateName!: string;

  @Text({ optional: true, min: 2, max: 20, example: 'en_US' })
  templateLanguage?: string;

  @JsonObject({
    optional: true,
    nullable: true,
    example: { 1: 'Bali', 2: '₹45,000' },
    description: 'Defaults for recipients without values of their own',
  })
  templateVariables?: Record<string, unknown> | null;

  @OneOf(TARGET_TYPES, { optional: true, default: 'manual' })
  targetType?: TargetType;

  @JsonObject({
    optional: true,
    nullable: true,
    description: 'For targetType segment',
    example: {
      logic: 'AND',
      conditions: [{ field: 'saleDetails.destination', operator: 'contains', value: 'Bali' }],
    },
  })
  segmentQuery?: Record<string, unknown> | null;

  @Uuid({ optional: true, nullable: true, description: 'For targetType responders' })
  sourceCampaignId?: string | null;

  @Uuid({ optional: true, nullable: true, description: 'Left out: the default sender' })
  senderId?: string | null;

  @Instant({ optional: true, nullable: true })
  scheduledFor?: string | null;

  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 100_000,
    default: 10,
    description: 'Messages a minute; null: as fast as the sender may',
  })
  rateLimit?: number | null;

  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 10_000_000,
    default: 250,
    description: 'Recipients a day; null: none',
  })
  dailySendLimit?: number | null;

  @Integer({ optional: true, min: 1, max: 10, default: 5, description: '1 goes first' })
  priority?: number;

  @Flag({ optional: true, default: true })
  retryFailed?: boolean;

  @Integer({ optional: true, min: 0, max: 10, default: 3 })
  maxRetries?: number;

  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 1_000,
    default: 10,
    description: BREAKER_FIRST,
  })
  breakerFirstFailures?: number | null;

  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 100,
    default: 50,
    description: BREAKER_PERCENT,
  })
  breakerFailurePercent?: number | null;

  @Integer({ optional: true, min: 1, max: 1_000_000, default: 50, description: BREAKER_MIN })
  breakerMinAttempts?: number;

  @Text({
    optional: true,
    nullable: true,
    pattern: TIME,
    hint: 'must be a time such as 09:00',
    max: 5,
    example: '09:00',
    description: WINDOW,
  })
  sendWindowStart?: string | null;

  @Text({
    optional: true,
    nullable: true,
    pattern: TIME,
    hint: 'must be a time such as 21:00',
    max: 5,
    example: '21:00',
    description: WINDOW,
  })
  sendWindowEnd?: string | null;

  @Text({ optional: true, max: 64, example: 'Asia/Kolkata' })
  timeZone?: string;

  @TextList({ optional: true, maxItems: 50, maxLength: 100, example: ['summer'] })
  tags?: string[];

  @NestedList(() => RecipientInputDto, { optional: true, maxItems: 100_000 })
  recipients?: RecipientInputDto[];
}

export class UpdateCampaignDto extends PartialType(CreateCampaignDto) {}

/** The face's own words and defaults, turned into what a campaign is made of. */
export function inputFrom(body: UpdateCampaignDto): CampaignChanges {
  const { templateLanguage, scheduledFor } = body;
  return {
    name: body.name,
    description: body.description,
    templateName: body.templateName,
    languageCode: templateLanguage,
    templateVariables: body.templateVariables,
    targetType: body.targetType,
    segmentQuery: body.segmentQuery,
    sourceCampaignId: body.sourceCampaignId,
    senderId: body.senderId,
    scheduledFor: scheduledFor === undefined || scheduledFor === null ? scheduledFor : new Date(scheduledFor),
    rateLimit: body.rateLimit,
    dailySendLimit: body.dailySendLimit,
    priority: body.priority,
    retryFailed: body.retryFailed,
    maxRetries: body.maxRetries,
    breakerFirstFailures: body.breakerFirstFailures,
    breakerFailurePercent: body.breakerFailurePercent,
    breakerMinAttempts: body.breakerMinAttempts,
    sendWindowStart: body.sendWindowStart,
    sendWindowEnd: body.sendWindowEnd,
    timeZone: body.timeZone,
    tags: body.tags,
  };
}
