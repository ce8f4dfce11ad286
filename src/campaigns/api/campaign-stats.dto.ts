import { ApiProperty } from '@nestjs/swagger';
import {
  Flag,
  Instant,
  Integer,
  JsonObject,
  Nested,
  NestedList,
  OneOf,
  Text,
  Uuid,
} from '../../platform/http/fields.js';
import { CAMPAIGN_STATUS_WORDS, type CampaignStatusWord, toStatusWord } from '../campaign/campaign-state.js';
import { averageSeconds, percentText } from '../statistics/campaign-stats-rates.js';
import { type CampaignRevenue, NO_CURRENCY, type RevenueSum } from '../../conversions/revenue.js';
import type { CostAnswer } from '../../rates/cost-answer.js';
import { returnOn } from '../../rates/return-on.js';
import type { CampaignDetails } from '../statistics/campaign-figures.js';
import type { ExplainedError } from '../statistics/campaign-stats-errors.js';

const Rate = (description: string, example: string, more: { optional?: boolean } = {}) =>
  Text({ description, example, ...more });
const Seconds = (description: string) =>
  ApiProperty({ type: 'number', nullable: true, minimum: 0, example: 4.2, description });

export class StatsCampaignDto {
  @Uuid()
  id!: string;

  @Text({ example: 'Bali Summer Promotion 2025' })
  name!: string;

  @OneOf(CAMPAIGN_STATUS_WORDS)
  status!: CampaignStatusWord;

  @Text({ example: 'Asia/Kolkata', description: 'The time zone of this campaign’s days and hours' })
  timeZone!: string;

  @Instant({ nullable: true })
  startedAt!: string | null;

  @Instant({ nullable: true })
  completedAt!: string | null;
}

export class StatsCountsDto {
  @Integer({ example: 100, description: 'Always pending + sent + failed + skipped + optedOut' })
  total!: number;

  @Integer({ example: 0 })
  pending!: number;

  @Integer({ example: 95, description: 'Sent, in any later state' })
  sent!: number;

  @Integer({ example: 92, description: 'Delivered, read and responded' })
  delivered!: number;

  @Integer({
    example: 78,
    description: 'Known to have been read: by a receipt, or because the person replied',
  })
  read!: number;

  @Integer({ example: 12 })
  responded!: number;

  @Integer({ example: 5 })
  failed!: number;

  @Integer({ example: 0 })
  skipped!: number;

  @Integer({ example: 0 })
  optedOut!: number;
}

export class StatsMetricsDto {
  @Rate('Delivered of the sent', '96.84%')
  deliveryRate!: string;

  @Rate('Read of the delivered', '84.78%')
  readRate!: string;

  @Rate('Responded of the delivered', '13.04%')
  responseRate!: string;

  @Rate('Failed of the total', '5.00%')
  failureRate!: string;

  @Rate('Opened a tracked link or pressed a quick reply, of the delivered', '9.78%')
  clickThroughRate!: string;
}

export class StatsErrorDto {
  @Integer({ nullable: true, example: 131026, description: "Meta's code; null for failures that carry none" })
  code!: number | null;

  @Integer({ example: 3, description: 'Recipients that failed or opted out with it' })
  count!: number;

  @Text({ example: 'Message undeliverable' })
  title!: string;

  @Text({ description: 'What it means and what to do' })
  meaning!: string;

  @Text({ example: 'recipient', description: 'How far it reaches: recipient, template, sender, account ...' })
  scope!: string;

  @Text({ example: 'retry', description: 'What the engine does about it' })
  action!: string;
}

export class StatsHourDto {
  @Instant({ description: 'Beginning of the hour' })
  hour!: string;

  @Text({ example: '2025-06-01T15:00', description: "The same on the clocks of the campaign's zone" })
  localTime!: string;

  @Integer({ example: 60 })
  sent!: number;

  @Integer({ example: 58 })
  delivered!: number;

  @Integer({ example: 40 })
  read!: number;

  @Integer({ example: 4 })
  responded!: number;

  @Integer({ example: 2 })
  failed!: number;
}

export class StatsFailureDto {
  @Uuid()
  recipientId!: string;

  @Text({ example: '+919978783238' })
  phoneNumber!: string;

  @Text({ nullable: true, example: 'Asha' })
  name!: string | null;

  @Integer({ nullable: true, example: 131026 })
  errorCode!: number | null;

  @Text({ nullable: true, max: 10_000, example: 'Message undeliverable' })
  reason!: string | null;

  @Integer({ example: 3 })
  retryCount!: number;

  @Instant()
  failedAt!: string;
}

export class StatsCostLineDto {
  @Text({ example: 'marketing', description: 'Meta’s category of the price' })
  category!: string;

  @Text({ example: 'regular', description: 'Meta’s type of the price: regular, free_customer_service ...' })
  type!: string;

  @Integer({ example: 90 })
  billable!: number;

  @Integer({ example: 5 })
  free!: number;

  @Integer({ example: 0 })
  unknown!: number;
}

export class CostCountDto {
  @Text({ example: 'India', description: 'A market of Meta' })
  market!: string;

  @Text({ example: 'marketing', description: 'Meta’s category of the price' })
  category!: string;

  @Text({ example: 'regular', description: 'Meta’s type of the price' })
  type!: string;

  @Integer({ example: 90 })
  billable!: number;

  @Integer({ example: 5 })
  free!: number;
}

/** Counted messages, and what they cost by the price list that was uploaded. */
export class StatsCostDto {
  @Integer({ example: 90, description: 'Delivered messages that Meta bills' })
  billable!: number;

  @Integer({ example: 5, description: 'Delivered messages that Meta does not bill' })
  free!: number;

  @Integer({ example: 0, description: 'Delivered messages without a word about billing' })
  unknown!: number;

  @NestedList(() => StatsCostLineDto)
  lines!: StatsCostLineDto[];

  @Text({ nullable: true, example: '1.35', description: 'By the price list in force; null: see `because`' })
  amount!: string | null;

  @Text({ nullable: true, example: 'USD' })
  currency!: string | null;

  @Text({ nullable: true, example: '0.009000', description: 'The amount a delivered message' })
  perDelivered!: string | null;

  @Flag({ example: true, description: 'Always: the invoice of Meta decides' })
  estimated!: boolean;

  @OneOf(['no_rate_card', 'market_not_priced', 'currencies_differ'], {
    nullable: true,
    description: 'Why there is no amount',
  })
  because!: string | null;

  @NestedList(() => CostCountDto, { description: 'By market, category and type' })
  counts!: CostCountDto[];
}

/** Averages from the sending on; null until one was measured. */
export class StatsTimingDto {
  @Seconds('From sent to delivered')
  averageSecondsToDelivered!: number | null;

  @Seconds('From sent to read')
  averageSecondsToRead!: number | null;

  @Seconds('From sent to the reply')
  averageSecondsToResponse!: number | null;
}

export class StatsVariantDto {
  @Text({ example: 'A' })
  key!: string;

  @Integer({ example: 5_000 })
  sent!: number;

  @Integer({ example: 4_800 })
  delivered!: number;

  @Integer({ example: 4_000 })
  read!: number;

  @Integer({ example: 600 })
  clicked!: number;

  @Integer({ example: 90 })
  responded!: number;

  @Integer({ example: 12 })
  failed!: number;
}

export class StatsLinkDto {
  @Text({ example: 'button.0', description: 'The place of the message' })
  link!: string;

  @Integer({ example: 0, description: 'The variant whose link it is; 0: of the campaign' })
  variant!: number;

  @Text({ max: 2_000, example: 'https://shop.example/spring' })
  url!: string;

  @Integer({ example: 9, description: 'People who opened it' })
  uniques!: number;

  @Integer({ example: 12, description: 'How often people opened it' })
  total!: number;

  @Integer({ example: 3, description: 'Programs that looked at it; they count nowhere else' })
  previews!: number;

  @Integer({ example: 0, description: 'Too early or too often for a person; they count nowhere else' })
  suspects!: number;
}

export class StatsButtonDto {
  @Text({ max: 256, example: 'Tell me more' })
  text!: string;

  @Integer({ example: 4, description: 'How often it was pressed' })
  count!: number;
}

export class StatsClicksDto {
  @Integer({ example: 9, description: 'Recipients who opened a tracked link or pressed a quick reply' })
  recipients!: number;

  @NestedList(() => StatsLinkDto)
  links!: StatsLinkDto[];

  @NestedList(() => StatsButtonDto, { description: 'Quick replies, the most pressed first' })
  buttons!: StatsButtonDto[];
}

export class CampaignStatsDto {
  @Nested(() => StatsCampaignDto)
  campaign!: StatsCampaignDto;

  @Nested(() => StatsCountsDto)
  stats!: StatsCountsDto;

  @Nested(() => StatsMetricsDto)
  metrics!: StatsMetricsDto;

  @NestedList(() => StatsErrorDto, { description: 'The most frequent first' })
  errors!: ExplainedError[];

  @NestedList(() => StatsHourDto, {
    description: 'The latest 744 hours with activity',
  })
  timeline!: StatsHourDto[];

  @NestedList(() => StatsVariantDto, { optional: true, description: 'Of its experiment' })
  variants?: StatsVariantDto[];

  @NestedList(() => StatsFailureDto, { maxItems: 10, description: 'The latest failures' })
  sampleFailures!: StatsFailureDto[];

  @Nested(() => StatsTimingDto)
  timing!: StatsTimingDto;

  @Nested(() => StatsClicksDto)
  clicks!: StatsClicksDto;

  @Nested(() => StatsCostDto, {
    optional: true,
    description: 'What Meta bills; omitted until a message with a price is delivered',
  })
  cost?: StatsCostDto;

  @Integer({
    optional: true,
    example: 44,
    description: 'Orders it brought, without cancelled ones; omitted until there is a conversion',
  })
  orders?: number;

  @Integer({ optional: true, example: 46, description: 'Orders and other conversions that stand' })
  conversions?: number;

  @JsonObject({
    optional: true,
    example: { INR: '202400.00' },
    description: 'What they amount to without what was taken back, by currency',
  })
  orderedValue?: Record<string, string>;

  @JsonObject({
    optional: true,
    example: { INR: '180000.00' },
    description: 'Of orders what was captured less refunded, of other conversions their value; by currency',
  })
  revenue?: Record<string, string>;

  @Rate('People with a conversion of the delivered', '0.94%', { optional: true })
  conversionRate?: string;

  @ApiProperty({ type: 'number', nullable: true, example: 2.5, description: '(revenue - cost) / cost' })
  roi!: number | null;

  @ApiProperty({ type: 'number', nullable: true, example: 3.5, description: 'revenue / cost' })
  roas!: number | null;

  @OneOf(['cost_unknown', 'cost_is_zero', 'currencies_differ'], {
    nullable: true,
    description: 'Why there is neither',
  })
  roiBecause!: string | null;

  static of(details: CampaignDetails): CampaignStatsDto {
    const { figures, errors, timeline, sampleFailures, clicks, clicked, costs, cost, revenue } = details;
    const { total, pending, sent, delivered, read, responded, failed, skipped, optedOut } = figures;
    return {
      campaign: {
        id: figures.id,
        name: figures.name,
        status: toStatusWord(figures.status),
        timeZone: figures.timeZone ?? 'UTC',
        startedAt: figures.startedAt?.toISOString() ?? null,
        completedAt: figures.completedAt?.toISOString() ?? null,
      },
      stats: { total, pending, sent, delivered, read, responded, failed, skipped, optedOut },
      metrics: {
        deliveryRate: percentText(delivered, sent),
        readRate: percentText(read, delivered),
        responseRate: percentText(responded, delivered),
        failureRate: percentText(failed, total),
        clickThroughRate: percentText(clicks, delivered),
      },
      errors,
      timeline: timeline.map((hour) => ({ ...hour, hour: hour.hour.toISOString() })),
      sampleFailures: sampleFailures.map((one) => ({ ...one, failedAt: one.failedAt.toISOString() })),
      timing: {
        averageSecondsToDelivered: averageSeconds(details.deliveredMs, details.deliveredTimed),
        averageSecondsToRead: averageSeconds(details.readMs, details.readTimed),
        averageSecondsToResponse: averageSeconds(details.respondedMs, details.respondedTimed),
      },
      ...(details.variants.length === 0 ? {} : { variants: details.variants.map(variantOf) }),
      clicks: {
        recipients: clicks,
        links: clicked.links.map(({ place: link, human: total, ...rest }) => ({ link, total, ...rest })),
        buttons: clicked.buttons,
      },
      ...(cost === null ? {} : { cost: { ...costOf(costs), ...cost } }),
      ...(revenue.sums.length === 0 ? {} : revenueOf(revenue, delivered)),
      ...returnOf(revenue, cost),
    };
  }
}

function variantOf(figures: CampaignDetails['variants'][number]): StatsVariantDto {
  const { key, sent, delivered, read, clicked, responded, failed } = figures;
  return { key, sent, delivered, read, clicked, responded, failed };
}

function costOf(lines: StatsCostLineDto[]): Pick<StatsCostDto, 'billable' | 'free' | 'unknown' | 'lines'> {
  const sumOf = (kind: 'billable' | 'free' | 'unknown') => lines.reduce((sum, line) => sum + line[kind], 0);
  return { billable: sumOf('billable'), free: sumOf('free'), unknown: sumOf('unknown'), lines };
}

function byCurrency(sums: readonly RevenueSum[], read: (sum: RevenueSum) => string): Record<string, string> {
  const known = sums.filter(({ currency }) => currency !== NO_CURRENCY);
  return Object.fromEntries(known.map((sum) => [sum.currency, read(sum)]));
}

function revenueOf({ sums, people }: CampaignRevenue, delivered: number) {
  return {
    orders: sums.reduce((count, { orders }) => count + orders, 0),
    conversions: sums.reduce((count, { conversions }) => count + conversions, 0),
    orderedValue: byCurrency(sums, ({ orderedValue }) => orderedValue),
    revenue: byCurrency(sums, ({ revenue }) => revenue),
    conversionRate: percentText(people, delivered),
  };
}

function returnOf({ sums }: CampaignRevenue, cost: CostAnswer | null) {
  const { roi, roas, because } = returnOn(
    byCurrency(sums, ({ revenue }) => revenue),
    cost ?? undefined,
  );
  return { roi, roas, roiBecause: because };
}
