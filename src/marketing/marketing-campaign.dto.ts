import { Flag, Instant, Integer, OneOf, Text, Uuid } from '../platform/http/fields.js';
import { Shown } from '../campaigns/api/campaign-settings.dto.js';
import { settingsOf } from '../campaigns/campaign/campaign-fields.js';
import type { Activation } from '../campaigns/campaign/campaign-input.js';
import { CAMPAIGN_STATES, type CampaignState } from '../campaigns/campaign/campaign-state.js';
import type { Campaign } from '../campaigns/campaign/campaign.entity.js';
import { percentage } from '../campaigns/statistics/campaign-stats-rates.js';
import { PageQuery } from '../platform/http/paging.js';
import { ComponentList } from '../templates/api/component-list.dto.js';
import { AUDIENCE, Percentage } from './marketing-fields.dto.js';
import { snakeKeys } from './snake-case.js';

export class MarketingCampaignDto {
  @Uuid()
  id!: string;

  @Shown({ example: 'Summer Sale 2025' })
  name!: string;

  @Shown()
  description!: string | null;

  @OneOf(CAMPAIGN_STATES)
  status!: CampaignState;

  @Text({ nullable: true, description: 'Why it is in this status' })
  status_reason!: string | null;

  @Shown({ example: 'summer_sale_promo' })
  template_name!: string;

  @Shown()
  language_code!: string;

  @ComponentList({ nullable: true })
  template_components!: Record<string, unknown>[] | null;

  @Shown()
  links!: Record<string, unknown> | null;

  @Shown({ example: AUDIENCE })
  target_audience!: Record<string, unknown> | null;

  @Shown()
  priority!: number;

  @Shown()
  daily_send_limit!: number | null;

  @Shown()
  rate_limit!: number | null;

  @Shown()
  breaker_first_failures!: number | null;

  @Shown()
  breaker_failure_percent!: number | null;

  @Shown()
  breaker_min_attempts!: number;

  @Shown()
  sender_id!: string | null;

  @Shown()
  send_window_start!: string | null;

  @Shown()
  send_window_end!: string | null;

  @Flag({ description: 'True: the campaign sends at any hour' })
  send_window_off!: boolean;

  @Shown({ example: 'UTC' })
  time_zone!: string;

  @Shown()
  send_in_recipient_zone!: boolean;

  @Integer({ example: 10_000 })
  total_target!: number;

  @Integer({ example: 10_000 })
  total_target_customers!: number;

  @Integer({ example: 2_500 })
  messages_sent!: number;

  @Integer({ example: 2_400 })
  messages_delivered!: number;

  @Integer({ example: 1_800 })
  messages_read!: number;

  @Integer({ example: 50 })
  messages_failed!: number;

  @Integer({ example: 7_450 })
  messages_pending!: number;

  @Integer({ example: 0 })
  messages_skipped!: number;

  @Integer({ example: 0 })
  messages_opted_out!: number;

  @Integer({ example: 0 })
  messages_responded!: number;

  @Text({ nullable: true, example: '2025-02-23' })
  estimated_completion_date!: string | null;

  @Instant({ nullable: true })
  started_at!: string | null;

  @Instant({ nullable: true })
  completed_at!: string | null;

  @Instant()
  created_at!: string;

  @Instant()
  updated_at!: string;

  static of(campaign: Campaign): MarketingCampaignDto {
    return {
      id: campaign.id,
      ...snakeKeys(settingsOf('marketing', campaign)),
      template_components: campaign.templateComponents as Record<string, unknown>[] | null,
      status: campaign.status,
      status_reason: campaign.statusReason,
      send_window_off: campaign.sendWindowOff,
      total_target: campaign.totalTargetCustomers,
      total_target_customers: campaign.totalTargetCustomers,
      messages_sent: campaign.messagesSent,
      messages_delivered: campaign.messagesDelivered,
      messages_read: campaign.messagesRead,
      messages_failed: campaign.messagesFailed,
      messages_pending: campaign.messagesPending,
      messages_skipped: campaign.messagesSkipped,
      messages_opted_out: campaign.messagesOptedOut,
      messages_responded: campaign.messagesResponded,
      estimated_completion_date: campaign.estimatedCompletionDate,
      started_at: campaign.startedAt?.toISOString() ?? null,
      completed_at: campaign.completedAt?.toISOString() ?? null,
      created_at: campaign.createdAt.toISOString(),
      updated_at: campaign.updatedAt.toISOString(),
    };
  }
}

export class ListQuery extends PageQuery {
  @OneOf([...CAMPAIGN_STATES, 'sending'], { optional: true })
  status?: string;
}

export class MarketingCampaignListItemDto {
  @Uuid()
  id!: string;

  @Text({ example: 'Summer Sale 2025' })
  name!: string;

  @OneOf(CAMPAIGN_STATES)
  status!: CampaignState;

  @Text({ example: 'summer_sale_promo' })
  template_name!: string;

  @Integer({ example: 10_000 })
  total_target!: number;

  @Integer({ example: 2_500 })
  messages_sent!: number;

  @Integer({ example: 7_450 })
  messages_pending!: number;

  @Percentage({ example: 25 })
  progress!: number;

  @Instant()
  created_at!: string;

  static of(campaign: Campaign): MarketingCampaignListItemDto {
    return {
      id: campaign.id,
      name: campaign.name,
      status: campaign.status,
      template_name: campaign.templateName,
      total_target: campaign.totalTargetCustomers,
      messages_sent: campaign.messagesSent,
      messages_pending: campaign.messagesPending,
      progress: percentage(campaign.messagesSent, campaign.totalTargetCustomers),
      created_at: campaign.createdAt.toISOString(),
    };
  }
}

export class ActivateQuery {
  @Text({ optional: true, max: 10, example: '2025-01-15', description: 'The first day; omitted: tomorrow' })
  start_date?: string;
}

export class ActivatedCampaignDto {
  @Uuid()
  campaign_id!: string;

  @OneOf(CAMPAIGN_STATES)
  status!: CampaignState;

  @Integer({ example: 10_000 })
  recipients_scheduled!: number;

  @Integer({ nullable: true, example: 250 })
  daily_limit!: number | null;

  @Integer({ example: 40 })
  estimated_days!: number;

  @Text({ example: '2025-02-23' })
  estimated_completion_date!: string;

  @Text({ example: 'Campaign activated. Sending 250 messages/day starting 2025-01-15' })
  message!: string;

  static of({
    campaignId,
    recipients,
    dailyLimit,
    days,
    firstDay,
    completesOn,
  }: Activation): ActivatedCampaignDto {
    const pace = dailyLimit === null ? `${recipients} messages` : `${dailyLimit} messages/day`;
    return {
      campaign_id: campaignId,
      status: 'active',
      recipients_scheduled: recipients,
      daily_limit: dailyLimit,
      estimated_days: days,
      estimated_completion_date: completesOn,
      message: `Campaign activated. Sending ${pace} starting ${firstDay}`,
    };
  }
}

export class CampaignStatusDto {
  @Uuid()
  campaign_id!: string;

  @OneOf(CAMPAIGN_STATES)
  status!: CampaignState;

  @Text({ example: "Campaign 'Summer Sale 2025' paused" })
  message!: string;

  static of({ id, name, status }: Campaign, done: string): CampaignStatusDto {
    return { campaign_id: id, status, message: `Campaign '${name}' ${done}` };
  }
}
