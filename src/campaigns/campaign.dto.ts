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
} from '../platform/http/fields.js';
import { PageDto } from '../platform/http/paging.js';
import { CAMPAIGN_STATUS_WORDS, toStatusWord } from './campaign-state.js';
import type { Campaign } from './campaign.entity.js';
import { TARGET_TYPES, type TargetType } from './target-type.js';
import type { CampaignChanges } from './campaign-input.js';

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
    sendWindowStart: body.sendWindowStart,
    sendWindowEnd: body.sendWindowEnd,
    timeZone: body.timeZone,
    tags: body.tags,
  };
}

export class CampaignDto {
  @Uuid()
  id!: string;

  @Text({ example: 'Bali Summer Promotion 2025' })
  name!: string;

  @Text({ nullable: true })
  description!: string | null;

  @Text({ example: 'tour_package_marketing' })
  templateName!: string;

  @Text({ example: 'en_US' })
  templateLanguage!: string;

  @JsonObject({ nullable: true, example: { 1: 'Bali', 2: '₹45,000' } })
  templateVariables!: Record<string, unknown> | null;

  @OneOf(TARGET_TYPES)
  targetType!: TargetType;

  @JsonObject({ nullable: true })
  segmentQuery!: Record<string, unknown> | null;

  @Uuid({ nullable: true })
  sourceCampaignId!: string | null;

  @Uuid({ nullable: true })
  senderId!: string | null;

  @OneOf(CAMPAIGN_STATUS_WORDS)
  status!: string;

  @Text({ nullable: true, description: 'Why it is in this state' })
  statusReason!: string | null;

  @Integer({ example: 5 })
  priority!: number;

  @Integer({ nullable: true, example: 10 })
  rateLimit!: number | null;

  @Integer({ nullable: true, example: 250 })
  dailySendLimit!: number | null;

  @Flag()
  retryFailed!: boolean;

  @Integer({ example: 3 })
  maxRetries!: number;

  @Instant({ nullable: true })
  scheduledFor!: string | null;

  @Text({ nullable: true, example: '09:00' })
  sendWindowStart!: string | null;

  @Text({ nullable: true, example: '21:00' })
  sendWindowEnd!: string | null;

  @Flag({ description: 'True: the campaign sends at any hour' })
  sendWindowOff!: boolean;

  @Text({ example: 'Asia/Kolkata' })
  timeZone!: string;

  @TextList({ example: ['summer'] })
  tags!: string[];

  @Integer({ example: 10_000 })
  totalRecipients!: number;

  @Integer({ example: 7_450 })
  pendingCount!: number;

  @Integer({ example: 2_500 })
  sentCount!: number;

  @Integer({ example: 2_400 })
  deliveredCount!: number;

  @Integer({ example: 1_800 })
  readCount!: number;

  @Integer({ example: 50 })
  failedCount!: number;

  @Integer({ example: 120 })
  respondedCount!: number;

  @Integer({ example: 3 })
  skippedCount!: number;

  @Integer({ example: 2 })
  optedOutCount!: number;

  @Text({ nullable: true, example: '2025-02-23' })
  estimatedCompletionDate!: string | null;

  @Instant({ nullable: true })
  startedAt!: string | null;

  @Instant({ nullable: true })
  completedAt!: string | null;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of(campaign: Campaign): CampaignDto {
    const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
    return {
      id: campaign.id,
      name: campaign.name,
      description: campaign.description,
      templateName: campaign.templateName,
      templateLanguage: campaign.languageCode,
      templateVariables: campaign.templateVariables,
      targetType: campaign.targetType,
      segmentQuery: campaign.segmentQuery,
      sourceCampaignId: campaign.sourceCampaignId,
      senderId: campaign.senderId,
      status: toStatusWord(campaign.status),
      statusReason: campaign.statusReason,
      priority: campaign.priority,
      rateLimit: campaign.rateLimit,
      dailySendLimit: campaign.dailySendLimit,
      retryFailed: campaign.retryFailed,
      maxRetries: campaign.maxRetries,
      scheduledFor: iso(campaign.scheduledFor),
      sendWindowStart: campaign.sendWindowStart,
      sendWindowEnd: campaign.sendWindowEnd,
      sendWindowOff: campaign.sendWindowOff,
      timeZone: campaign.timeZone,
      tags: campaign.tags,
      totalRecipients: campaign.totalTargetCustomers,
      pendingCount: campaign.messagesPending,
      sentCount: campaign.messagesSent,
      deliveredCount: campaign.messagesDelivered,
      readCount: campaign.messagesRead,
      failedCount: campaign.messagesFailed,
      respondedCount: campaign.messagesResponded,
      skippedCount: campaign.messagesSkipped,
      optedOutCount: campaign.messagesOptedOut,
      estimatedCompletionDate: campaign.estimatedCompletionDate,
      startedAt: iso(campaign.startedAt),
      completedAt: iso(campaign.completedAt),
      createdAt: campaign.createdAt.toISOString(),
      updatedAt: campaign.updatedAt.toISOString(),
    };
  }
}

export class CampaignPageDto extends PageDto {
  @NestedList(() => CampaignDto)
  data!: CampaignDto[];
}

export class SendResultDto {
  @Uuid()
  campaignId!: string;

  @OneOf(CAMPAIGN_STATUS_WORDS)
  status!: string;

  @Integer({ example: 10_000 })
  recipientsScheduled!: number;

  @Integer({ example: 40 })
  estimatedDays!: number;

  @Text({ example: '2025-01-15' })
  firstDay!: string;

  @Text({ example: '2025-02-23' })
  estimatedCompletionDate!: string;

  @Text({ example: 'Sending to 10000 recipients, 250 a day, from 2025-01-15 on' })
  message!: string;
}
