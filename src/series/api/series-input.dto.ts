import { OmitType, PartialType } from '@nestjs/swagger';
import { CreateCampaignDto, RecipientInputDto } from '../../campaigns/api/create-campaign.dto.js';
import {
  Flag,
  Integer,
  IntegerList,
  JsonObject,
  Nested,
  NestedList,
  OneOf,
  Text,
  TextList,
} from '../../platform/http/fields.js';
import { MISSED_POLICIES, type MissedPolicy, type Overlap, OVERLAPS } from '../series/series-state.js';
import { WEEKDAYS } from '../timing/rule-parts.js';
import type { Weekday } from '../timing/schedule.js';

const DATE = {
  pattern: /^\d{4}-\d{2}-\d{2}$/,
  hint: 'must be a date such as 2027-01-31',
  example: '2027-01-31',
};
const TIME = { pattern: /^([01]\d|2[0-3]):[0-5]\d$/, hint: 'must be a time such as 10:00', example: '10:00' };

export class NthWeekdayDto {
  @OneOf(WEEKDAYS, { example: 'FR' })
  weekday!: Weekday;

  @Integer({ min: -1, max: 4, example: -1, description: '1 to 4; -1 is the last' })
  n!: number;
}

export class SeriesScheduleDto {
  @OneOf(['day', 'week', 'month', 'year'], { example: 'month' })
  every!: 'day' | 'week' | 'month' | 'year';

  @Integer({ optional: true, min: 1, max: 1_000, default: 1, description: '2 is every second one' })
  interval?: number;

  @TextList({ optional: true, maxItems: 7, in: WEEKDAYS, description: 'For day and week' })
  weekdays?: Weekday[];

  @IntegerList({
    optional: true,
    ...{ min: -1, max: 31, maxItems: 31, example: [-1] },
    description: 'For month and year: 1 to 31; -1 is the last day',
  })
  monthDays?: number[];

  @Nested(() => NthWeekdayDto, { optional: true, description: 'For month and year' })
  nth?: NthWeekdayDto;

  @OneOf(['skip', 'last'], {
    optional: true,
    description: 'A month without such a day: no occurrence (skip), or its last day (last)',
  })
  ifMissing?: 'skip' | 'last';
}

/** The fields of a campaign, without its people and its instant. */
export class SeriesCampaignDto extends OmitType(CreateCampaignDto, [
  'name',
  'scheduledFor',
  'recipients',
] as const) {
  @Text({
    optional: true,
    min: 1,
    max: 200,
    description: 'Each campaign adds its date; omitted: as the series',
  })
  name?: string;

  @NestedList(() => RecipientInputDto, {
    optional: true,
    maxItems: 100_000,
    description: 'Always refused: a series chooses its people at each date',
  })
  recipients?: RecipientInputDto[];
}

export class CreateSeriesDto {
  @Text({ min: 1, max: 200, example: 'Monthly newsletter' })
  name!: string;

  @Nested(() => SeriesCampaignDto)
  campaign!: SeriesCampaignDto;

  @Nested(() => SeriesScheduleDto, { optional: true, description: 'Either this or rrule' })
  schedule?: SeriesScheduleDto;

  @Text({
    optional: true,
    max: 500,
    example: 'FREQ=MONTHLY;BYMONTHDAY=-1',
    description:
      'A rule of RFC 5545: FREQ from DAILY to YEARLY, INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, WKST, COUNT and UNTIL',
  })
  rrule?: string;

  @Text({ ...TIME, description: 'On the clocks of the time zone' })
  at!: string;

  @Text({ min: 1, max: 64, example: 'Europe/Berlin' })
  timeZone!: string;

  @Text({ ...DATE, optional: true, description: 'A local date; omitted: today' })
  startsOn?: string;

  @Text({ ...DATE, optional: true, nullable: true, description: 'The last local date; not with count' })
  endsOn?: string | null;

  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 10_000,
    description: 'How many dates are due, the skipped ones included; not with endsOn',
  })
  count?: number | null;

  @TextList({ optional: true, maxItems: 1_000, maxLength: 10, example: ['2027-12-31'] })
  exceptDates?: string[];

  @OneOf(OVERLAPS, {
    optional: true,
    default: 'skip',
    description: 'What an occurrence does while an earlier one is scheduled, running or paused',
  })
  overlap?: Overlap;

  @OneOf(MISSED_POLICIES, {
    optional: true,
    default: 'skip',
    description: 'What happens to dates at which no worker ran: none, the last or each of them runs',
  })
  missed?: MissedPolicy;

  @Text({ optional: true, max: 40, example: 'PT6H', description: 'What is later than this was missed' })
  lateTolerance?: string;

  @Text({
    optional: true,
    max: 40,
    example: 'P1D',
    description:
      'How long before its date the campaign is made, so that it can be looked at; its people are chosen at the date',
  })
  leadTime?: string;

  @Flag({ optional: true, default: false, description: 'Leave out who got an earlier occurrence' })
  oncePerPerson?: boolean;

  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 3_650,
    description: 'Leave out who got an occurrence within this many days',
  })
  minGapDays?: number | null;

  @OneOf(['previous'], {
    optional: true,
    nullable: true,
    description: 'For responders: of the occurrence before; of sourceCampaignId as long as there is none',
  })
  source?: 'previous' | null;

  @JsonObject({
    optional: true,
    nullable: true,
    description: 'Refused with experiment_not_recurring; null: none',
  })
  experiment?: Record<string, unknown> | null;
}

export class UpdateSeriesDto extends PartialType(CreateSeriesDto, { skipNullProperties: false }) {}

export class PreviewSeriesDto {
  @Nested(() => SeriesScheduleDto, { optional: true, description: 'Either this or rrule' })
  schedule?: SeriesScheduleDto;

  @Text({ optional: true, max: 500, example: 'FREQ=MONTHLY;BYMONTHDAY=-1' })
  rrule?: string;

  @Text(TIME)
  at!: string;

  @Text({ min: 1, max: 64, example: 'Europe/Berlin' })
  timeZone!: string;

  @Text({ ...DATE, optional: true, description: 'The local date that the series starts on; omitted: today' })
  from?: string;

  @Integer({ optional: true, min: 1, max: 100, default: 10, description: 'How many dates to show' })
  count?: number;

  @Text({ ...DATE, optional: true, nullable: true, description: 'The last local date' })
  endsOn?: string | null;

  @TextList({ optional: true, maxItems: 1_000, maxLength: 10 })
  exceptDates?: string[];
}
