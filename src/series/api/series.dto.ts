import {
  Flag,
  Instant,
  Integer,
  JsonObject,
  Nested,
  NestedList,
  OneOf,
  Text,
  TextList,
  Uuid,
} from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import { settingsOf } from '../../campaigns/campaign/campaign-fields.js';
import { parseRule } from '../timing/rule-parts.js';
import type { Series } from '../series/series.js';
import { MISSED_POLICIES, OVERLAPS, SERIES_STATES, type SeriesState } from '../series/series-state.js';
import { durationText } from './series-duration.js';
import { SeriesScheduleDto } from './series-input.dto.js';

export class SeriesDto {
  @Uuid()
  id!: string;

  @Text({ example: 'Monthly newsletter' })
  name!: string;

  @OneOf(SERIES_STATES)
  state!: SeriesState;

  @Text({ nullable: true, description: 'Why it is in this state' })
  stateReason!: string | null;

  @Integer({ example: 1, description: 'Grows with each change' })
  version!: number;

  @JsonObject({ description: 'The fields of its campaigns, as they were given' })
  campaign!: Record<string, unknown>;

  @JsonObject({ nullable: true })
  experiment!: Record<string, unknown> | null;

  @Nested(() => SeriesScheduleDto, { nullable: true, description: 'Null: a rule was given' })
  schedule!: object | null;

  @Text({ example: 'FREQ=MONTHLY;BYMONTHDAY=-1' })
  rrule!: string;

  @Text({ example: '10:00' })
  at!: string;

  @Text({ example: 'Europe/Berlin' })
  timeZone!: string;

  @Text({ example: '2027-01-31' })
  startsOn!: string;

  @Text({ nullable: true, example: '2027-12-31' })
  endsOn!: string | null;

  @Integer({ nullable: true, example: 12 })
  count!: number | null;

  @TextList({ example: ['2027-12-31'] })
  exceptDates!: string[];

  @OneOf(OVERLAPS)
  overlap!: string;

  @OneOf(MISSED_POLICIES)
  missed!: string;

  @Text({ example: 'PT6H' })
  lateTolerance!: string;

  @Text({ example: 'PT0S' })
  leadTime!: string;

  @Flag()
  oncePerPerson!: boolean;

  @Integer({ nullable: true, example: 30 })
  minGapDays!: number | null;

  @OneOf(['previous'], { nullable: true })
  source!: string | null;

  @Text({ nullable: true, example: '2027-01-31', description: 'The next local date; null: none' })
  nextLocalDate!: string | null;

  @Instant({ nullable: true, description: 'The instant of the next date' })
  nextAt!: string | null;

  @Integer({ example: 4, description: 'Dates that were due so far, the skipped ones included' })
  occurrences!: number;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of(series: Series): SeriesDto {
    const { id, name, state, stateReason, version, definition, experiment, schedule, rrule } = series;
    const { count, endsOn } = parseRule(rrule);
    const { languageCode, ...campaign } = settingsOf('whatsapp', definition);
    return {
      ...{ id, name, state, stateReason, version, experiment, schedule, rrule },
      campaign: { ...campaign, ...(languageCode === undefined ? {} : { templateLanguage: languageCode }) },
      at: series.localTime,
      timeZone: series.timeZone,
      startsOn: series.startsOn,
      endsOn,
      count,
      exceptDates: series.exceptDates,
      overlap: series.overlap,
      missed: series.missed,
      lateTolerance: durationText(series.lateToleranceS),
      leadTime: durationText(series.leadTimeS),
      oncePerPerson: series.oncePerPerson,
      minGapDays: series.minGapDays,
      source: series.source,
      nextLocalDate: series.nextLocalDate,
      nextAt: series.nextDueAt?.toISOString() ?? null,
      occurrences: series.occurrences,
      createdAt: series.createdAt.toISOString(),
      updatedAt: series.updatedAt.toISOString(),
    };
  }
}

export class SeriesPageDto extends PageDto {
  @NestedList(() => SeriesDto)
  data!: SeriesDto[];
}

export class SeriesListQuery extends CursorQuery {
  @OneOf(SERIES_STATES, { optional: true })
  state?: SeriesState;

  @Text({ optional: true, min: 1, max: 200, description: 'Part of the name' })
  search?: string;
}

export class SeriesDateDto {
  @Text({ example: '2027-01-31' })
  localDate!: string;

  @Text({ example: '10:00', description: 'What the clocks of the time zone show at the instant' })
  localTime!: string;

  @Instant()
  at!: string;
}

export class SeriesPreviewDto {
  @Text({ example: 'FREQ=MONTHLY;BYMONTHDAY=-1' })
  rrule!: string;

  @NestedList(() => SeriesDateDto)
  occurrences!: SeriesDateDto[];
}
