import { Flag, Instant, Integer, Nested, NestedList, OneOf, Text, Uuid } from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import { settingsOf } from '../campaign/campaign-fields.js';
import {
  CAMPAIGN_STATES,
  CAMPAIGN_STATUS_WORDS,
  type CampaignState,
  toStatusWord,
} from '../campaign/campaign-state.js';
import { ARCHIVED, type Archived, SORT_KEY_NAMES } from '../campaign/campaigns.queries.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import type { TargetType } from '../campaign/target-type.js';
import { Shown } from './campaign-settings.dto.js';
import { RATE_LIMIT } from './create-campaign.dto.js';

export class CampaignDto {
  @Uuid()
  id!: string;

  @Shown({ example: 'Bali Summer Promotion 2025' })
  name!: string;

  @Shown()
  description!: string | null;

  @Shown({ example: 'tour_package_marketing' })
  templateName!: string;

  @Shown({ setting: 'languageCode' })
  templateLanguage!: string;

  @Shown()
  templateVariables!: Record<string, unknown> | null;

  @Shown()
  links!: Record<string, unknown> | null;

  @Shown()
  targetType!: TargetType;

  @Shown()
  segmentQuery!: Record<string, unknown> | null;

  @Shown()
  sourceCampaignId!: string | null;

  @Shown()
  senderId!: string | null;

  @OneOf(CAMPAIGN_STATUS_WORDS)
  status!: string;

  @Text({ nullable: true, description: 'Why it is in this state' })
  statusReason!: string | null;

  @Shown()
  priority!: number;

  @Shown({ example: RATE_LIMIT })
  rateLimit!: number | null;

  @Shown()
  dailySendLimit!: number | null;

  @Shown()
  retryFailed!: boolean;

  @Shown()
  maxRetries!: number;

  @Shown()
  breakerFirstFailures!: number | null;

  @Shown()
  breakerFailurePercent!: number | null;

  @Shown()
  breakerMinAttempts!: number;

  @Shown()
  scheduledFor!: string | null;

  @Shown()
  sendWindowStart!: string | null;

  @Shown()
  sendWindowEnd!: string | null;

  @Flag({ description: 'True: the campaign sends at any hour' })
  sendWindowOff!: boolean;

  @Shown({ example: 'Asia/Kolkata' })
  timeZone!: string;

  @Shown()
  sendInRecipientZone!: boolean;

  @Shown()
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

  @Uuid({ nullable: true, description: 'The series that made it; null: none' })
  seriesId!: string | null;

  @Instant({ nullable: true, description: 'Since when lists hide it; null: they show it' })
  archivedAt!: string | null;

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
    const { languageCode, ...settings } = settingsOf('whatsapp', campaign);
    return {
      id: campaign.id,
      ...settings,
      templateLanguage: languageCode,
      status: toStatusWord(campaign.status),
      statusReason: campaign.statusReason,
      scheduledFor: iso(campaign.scheduledFor),
      sendWindowOff: campaign.sendWindowOff,
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
      seriesId: campaign.seriesId,
      archivedAt: iso(campaign.archivedAt),
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
    description: 'What it is waiting for; null: nothing',
  })
  waitingFor!: string | null;
}

/** How many campaigns there are in each state. */
export class CampaignsByStatusDto {
  @Integer({ example: 3 })
  draft!: number;

  @Integer({ example: 1 })
  scheduled!: number;

  @Integer({ example: 2 })
  sending!: number;

  @Integer({ example: 1 })
  paused!: number;

  @Integer({ example: 18 })
  completed!: number;

  @Integer({ example: 0 })
  cancelled!: number;

  @Integer({ example: 0 })
  failed!: number;

  static of({ active: sending, ...others }: Record<CampaignState, number>): CampaignsByStatusDto {
    return { ...others, sending };
  }
}

export class CampaignPageDto extends PageDto {
  @NestedList(() => CampaignDto)
  data!: CampaignDto[];

  @Nested(() => CampaignsByStatusDto, {
    description: 'Of all that match the other filters, whatever `status` asks for',
  })
  counts!: CampaignsByStatusDto;
}

/** Newest first unless another order is asked for. */
export const NEWEST_FIRST = '-createdAt';
const SORTS = SORT_KEY_NAMES.flatMap((name) => [name, `-${name}`]);

export class CampaignsQuery extends CursorQuery {
  @OneOf([...CAMPAIGN_STATES, 'sending'], { optional: true })
  status?: string;

  @Text({ optional: true, min: 1, max: 100, description: 'Campaigns with this tag' })
  tag?: string;

  @Text({ optional: true, min: 1, max: 200, description: 'Part of the name or of the template name' })
  search?: string;

  @OneOf(ARCHIVED, {
    optional: true,
    default: 'false',
    description:
      'false: archived campaigns are hidden; true: they are listed among the others; only: no others are',
  })
  archived?: Archived;

  @OneOf(SORTS, {
    optional: true,
    default: NEWEST_FIRST,
    description: 'A minus turns the order round; campaigns without the value come last',
  })
  sort?: string;
}

export class DuplicateCampaignDto {
  @Text({ optional: true, min: 1, max: 200, description: 'Omitted: the name of the original with "(copy)"' })
  name?: string;
}

export class DeletedCampaignDto {
  @OneOf(['deleted', 'cancelled'])
  result!: 'deleted' | 'cancelled';
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
