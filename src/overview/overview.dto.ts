import { Flag, Instant, Integer, Nested, NestedList, OneOf, Text, Uuid } from '../platform/http/fields.js';
import { NEED_KINDS, type Need, SEVERITIES } from './needs.js';
import type { CampaignName, RunningCampaign } from './overview.queries.js';
import type { Overview } from './overview.service.js';

const DAY = { example: '2025-01-15' };

export class OverviewCampaignDto {
  @Uuid()
  id!: string;

  @Text({ example: 'New Year Sale' })
  name!: string;

  @Integer({ description: 'All its recipients' })
  total!: number;

  @Integer({ description: 'Recipients who are still to be sent to' })
  pending!: number;

  @Integer()
  sent!: number;

  @Integer()
  arrived!: number;

  @Integer()
  read!: number;

  @Integer()
  replied!: number;

  @Integer({ description: 'Its plan for today' })
  plannedToday!: number;

  @Integer({ description: 'What is left of that plan' })
  leftToday!: number;

  @Text({ nullable: true, ...DAY })
  estimatedCompletionDate!: string | null;

  static of(campaign: RunningCampaign): OverviewCampaignDto {
    const { id, name, total, pending, sent, read, plannedToday, leftToday } = campaign;
    const { delivered: arrived, responded: replied, estimatedCompletionDate } = campaign;
    return {
      ...{ id, name, total, pending, sent, arrived, read, replied, plannedToday, leftToday },
      estimatedCompletionDate,
    };
  }
}

export class OverviewFiguresDto {
  @Text(DAY)
  date!: string;

  @Integer()
  sent!: number;

  @Integer()
  arrived!: number;

  @Integer()
  read!: number;

  @Integer()
  replied!: number;

  @Integer()
  failed!: number;
}

export class OverviewTodayDto extends OverviewFiguresDto {
  @Integer({ description: 'Messages planned for today' })
  planned!: number;

  @Instant({
    nullable: true,
    description:
      'When the last of them goes out, by the rates and windows of the campaigns; null: none is left',
  })
  until!: string | null;
}

export class OverviewOrdersDto {
  @Text({ example: 'INR' })
  currency!: string;

  @Integer({ example: 4 })
  count!: number;

  @Text({ example: '18400.00' })
  total!: string;
}

export class OverviewYesterdayDto extends OverviewFiguresDto {
  @NestedList(() => OverviewOrdersDto, {
    nullable: true,
    description: 'Orders that came in, by currency; null without the scope `orders:read`',
  })
  orders!: OverviewOrdersDto[] | null;
}

export class OverviewDayDto {
  @Text(DAY)
  date!: string;

  @Integer({ example: 250 })
  planned!: number;

  @Integer({ example: 1, description: 'Campaigns with messages on this day' })
  campaigns!: number;
}

export class OverviewNeedDto {
  @OneOf(NEED_KINDS)
  kind!: string;

  @OneOf(SEVERITIES)
  severity!: string;

  @Uuid({ nullable: true, description: 'The campaign or sender; null for orders' })
  objectId!: string | null;

  @Text({ max: 10_000, example: 'The campaign "Diwali" is paused: Meta rejected the template.' })
  text!: string;

  @Instant({ nullable: true })
  since!: string | null;

  static of({ kind, severity, objectId, text, since }: Need): OverviewNeedDto {
    return { kind, severity, objectId, text, since: since?.toISOString() ?? null };
  }
}

export class OverviewNamedCampaignDto {
  @Uuid()
  id!: string;

  @Text()
  name!: string;

  @Integer()
  sent!: number;

  @Instant({ nullable: true })
  scheduledFor!: string | null;

  static of(campaign: CampaignName | undefined): OverviewNamedCampaignDto | null {
    if (campaign === undefined) return null;
    const { id, name, sent, scheduledFor } = campaign;
    return { id, name, sent, scheduledFor: scheduledFor?.toISOString() ?? null };
  }
}

export class OverviewOnboardingDto {
  @Flag({ description: 'Meta has confirmed a number' })
  hasSender!: boolean;

  @Flag()
  hasCustomers!: boolean;

  @Flag({ description: 'A template is approved' })
  hasTemplate!: boolean;

  @Flag({ description: 'A test message was sent' })
  hasTest!: boolean;

  @Flag({ description: 'A campaign is more than a draft' })
  hasCampaign!: boolean;
}

export class OverviewDto {
  @Instant()
  now!: string;

  @Text({ example: 'Asia/Kolkata', description: 'The days below are days of this zone' })
  timeZone!: string;

  @NestedList(() => OverviewCampaignDto, {
    maxItems: 50,
    description: 'What is being sent, by priority and age',
  })
  running!: OverviewCampaignDto[];

  @Integer({ description: 'All running campaigns' })
  runningCount!: number;

  @Nested(() => OverviewTodayDto)
  today!: OverviewTodayDto;

  @Nested(() => OverviewYesterdayDto)
  yesterday!: OverviewYesterdayDto;

  @Nested(() => OverviewFiguresDto, { description: 'For a comparison with yesterday' })
  dayBefore!: OverviewFiguresDto;

  @NestedList(() => OverviewDayDto, {
    minItems: 7,
    maxItems: 7,
    description: 'The next seven days, from tomorrow',
  })
  nextDays!: OverviewDayDto[];

  @NestedList(() => OverviewNeedDto, { description: 'What waits for a person, the worst first' })
  needs!: OverviewNeedDto[];

  @Nested(() => OverviewNamedCampaignDto, {
    nullable: true,
    description: 'The last campaign that reached someone',
  })
  last!: OverviewNamedCampaignDto | null;

  @Nested(() => OverviewNamedCampaignDto, {
    nullable: true,
    description: 'The scheduled campaign that starts first',
  })
  next!: OverviewNamedCampaignDto | null;

  @Nested(() => OverviewOnboardingDto)
  onboarding!: OverviewOnboardingDto;

  static of(overview: Overview): OverviewDto {
    const { now, timeZone, running, runningCount, today, yesterday, dayBefore, nextDays } = overview;
    return {
      now: now.toISOString(),
      ...{ timeZone, runningCount, yesterday, dayBefore, nextDays },
      running: running.map((campaign) => OverviewCampaignDto.of(campaign)),
      today: { ...today, until: today.until?.toISOString() ?? null },
      needs: overview.needs.map((need) => OverviewNeedDto.of(need)),
      last: OverviewNamedCampaignDto.of(overview.last),
      next: OverviewNamedCampaignDto.of(overview.next),
      onboarding: overview.onboarding,
    };
  }
}
