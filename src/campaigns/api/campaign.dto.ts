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
import { PageDto } from '../../platform/http/paging.js';
import { BREAKER_FIRST, BREAKER_MIN, BREAKER_PERCENT } from '../breaker-settings.js';
import { CAMPAIGN_STATUS_WORDS, toStatusWord } from '../campaign/campaign-state.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { TARGET_TYPES, type TargetType } from '../campaign/target-type.js';

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

  @Integer({ nullable: true, example: 10, description: BREAKER_FIRST })
  breakerFirstFailures!: number | null;

  @Integer({ nullable: true, example: 50, description: BREAKER_PERCENT })
  breakerFailurePercent!: number | null;

  @Integer({ example: 50, description: BREAKER_MIN })
  breakerMinAttempts!: number;

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
      breakerFirstFailures: campaign.breakerFirstFailures,
      breakerFailurePercent: campaign.breakerFailurePercent,
      breakerMinAttempts: campaign.breakerMinAttempts,
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

export class CampaignDetailDto extends CampaignDto {
  @Text({
    nullable: true,
    max: 10_000,
    example: 'The send window is closed until 2025-01-15T09:00:00.000Z.',
    description: 'What keeps it from sending at the moment; null: nothing',
  })
  waitingFor!: string | null;
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
