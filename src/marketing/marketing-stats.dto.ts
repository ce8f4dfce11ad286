import { ApiProperty } from '@nestjs/swagger';
import { Integer, OneOf, Text, Uuid } from '../platform/http/fields.js';
import { CAMPAIGN_STATES, type CampaignState } from '../campaigns/campaign/campaign-state.js';
import { percentage } from '../campaigns/statistics/campaign-stats-rates.js';
import type {
  CampaignFigures,
  DayFigures,
  ScheduledBatch,
} from '../campaigns/statistics/campaign-figures.js';

const Percentage = (description: string, example: number) =>
  ApiProperty({ type: 'number', minimum: 0, maximum: 100, description, example });
const Day = (options: { nullable?: boolean; example?: string } = {}) =>
  ApiProperty({ type: String, format: 'date', example: '2025-01-15', ...options });

export class MarketingStatsDto {
  @Uuid()
  campaign_id!: string;

  @Text({ example: 'Summer Sale 2025' })
  campaign_name!: string;

  @OneOf(CAMPAIGN_STATES)
  status!: CampaignState;

  @Integer({ example: 10_000, description: 'Always pending + sent + failed + skipped + opted_out' })
  total_target!: number;

  @Integer({ example: 2_500, description: 'Sent, in any later state' })
  sent!: number;

  @Integer({ example: 2_400, description: 'Delivered, read and responded' })
  delivered!: number;

  @Integer({
    example: 1_800,
    description: 'Known to have been read: by a receipt, or because the person replied',
  })
  read!: number;

  @Integer({ example: 120 })
  responded!: number;

  @Integer({ example: 50 })
  failed!: number;

  @Integer({ example: 0, description: 'Not sent on purpose, with a reason each' })
  skipped!: number;

  @Integer({ example: 0 })
  opted_out!: number;

  @Integer({ example: 7_450 })
  pending!: number;

  @Percentage('Sent of the total', 25)
  progress_percentage!: number;

  @Percentage('Delivered of the sent', 96)
  delivery_rate!: number;

  @Percentage('Read of the sent', 72)
  read_rate!: number;

  @Day({ nullable: true, example: '2025-02-23' })
  estimated_completion_date!: string | null;

  static of(figures: CampaignFigures): MarketingStatsDto {
    const { id, name, status, total, sent, delivered, read, responded, failed, skipped, pending } = figures;
    return {
      campaign_id: id,
      campaign_name: name,
      status,
      total_target: total,
      sent,
      delivered,
      read,
      responded,
      failed,
      skipped,
      opted_out: figures.optedOut,
      pending,
      progress_percentage: percentage(sent, total),
      delivery_rate: percentage(delivered, sent),
      read_rate: percentage(read, sent),
      estimated_completion_date: figures.estimatedCompletionDate,
    };
  }
}

/** One day of sending: late deliveries count for the day on which the message was sent. */
export class MarketingDayDto {
  @Day()
  date!: string;

  @Integer({ example: 250 })
  messages_sent!: number;

  @Integer({ example: 240 })
  messages_delivered!: number;

  @Integer({ example: 180 })
  messages_read!: number;

  @Integer({ example: 12 })
  messages_responded!: number;

  @Integer({ example: 3 })
  messages_failed!: number;

  @Percentage('Delivered of the sent', 96)
  delivery_rate!: number;

  @Percentage('Read of the sent', 72)
  read_rate!: number;

  static of({ date, sent, delivered, read, responded, failed }: DayFigures): MarketingDayDto {
    return {
      date,
      messages_sent: sent,
      messages_delivered: delivered,
      messages_read: read,
      messages_responded: responded,
      messages_failed: failed,
      delivery_rate: percentage(delivered, sent),
      read_rate: percentage(read, sent),
    };
  }
}

export class MarketingBatchDto {
  @Day()
  send_date!: string;

  @Integer({ example: 1 })
  batch_number!: number;

  @Integer({ example: 250, description: 'Recipients planned for this day' })
  batch_size!: number;

  @Integer({ example: 100 })
  messages_sent!: number;

  @Integer({ example: 150, description: 'Not yet settled' })
  messages_remaining!: number;

  @Text({ example: 'processing', description: 'pending, processing or completed' })
  status!: string;

  static of({
    sendDate,
    batchNumber,
    batchSize,
    sent,
    remaining,
    status,
  }: ScheduledBatch): MarketingBatchDto {
    return {
      send_date: sendDate,
      batch_number: batchNumber,
      batch_size: batchSize,
      messages_sent: sent,
      messages_remaining: remaining,
      status,
    };
  }
}
