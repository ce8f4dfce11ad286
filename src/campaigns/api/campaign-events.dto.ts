import { OneOf, Uuid } from '../../platform/http/fields.js';
import { CAMPAIGN_STATUS_WORDS, type CampaignStatusWord, toStatusWord } from '../campaign/campaign-state.js';
import type { CampaignCounters } from '../statistics/campaign-figures.js';
import { StatsCountsDto } from './campaign-stats.dto.js';

/** The data of one `counters` event. */
export class CampaignCountersDto extends StatsCountsDto {
  @Uuid()
  campaignId!: string;

  @OneOf(CAMPAIGN_STATUS_WORDS)
  status!: CampaignStatusWord;

  static of(counters: CampaignCounters): CampaignCountersDto {
    const { id, status, total, pending, sent, delivered, read, responded, failed, skipped, optedOut } =
      counters;
    return {
      campaignId: id,
      status: toStatusWord(status),
      total,
      pending,
      sent,
      delivered,
      read,
      responded,
      failed,
      skipped,
      optedOut,
    };
  }
}
