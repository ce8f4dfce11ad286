import { Instant, Integer, Nested, NestedList, OneOf, Text, Uuid } from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import { timeAt } from '../../rules/calendar/day.js';
import type { Occurrence, Series } from '../series/series.js';
import type { FutureDate } from '../series/series-reading.service.js';
import { OCCURRENCE_STATES, type OccurrenceState } from '../series/series-state.js';
import type { OccurrenceFigures, SeriesSums } from '../series/series-stats.queries.js';

const DATE = { pattern: /^\d{4}-\d{2}-\d{2}$/, hint: 'must be a date such as 2027-01-31' };

export class OccurrencesQuery extends CursorQuery {
  @Text({ ...DATE, optional: true, description: 'The first local date' })
  from?: string;

  @Text({ ...DATE, optional: true, description: 'The last local date' })
  to?: string;
}

export class PauseSeriesQuery {
  @OneOf(['true', 'false'], {
    optional: true,
    default: 'false',
    description: 'true: the campaigns of the series that run are paused too',
  })
  campaigns?: 'true' | 'false';
}

export class SeriesOccurrenceDto {
  @Uuid({ nullable: true, description: 'Null: a date that lies ahead' })
  id!: string | null;

  @Uuid()
  seriesId!: string;

  @Integer({ nullable: true, example: 3 })
  number!: number | null;

  @Text({ example: '2027-01-31' })
  localDate!: string;

  @Text({ example: '10:00' })
  localTime!: string;

  @Instant()
  at!: string;

  @OneOf(OCCURRENCE_STATES)
  state!: OccurrenceState;

  @Text({ nullable: true, example: 'nobody matched', description: 'Why it has no campaign' })
  reason!: string | null;

  @Uuid({ nullable: true })
  campaignId!: string | null;

  @Integer({ nullable: true, example: 1, description: 'The version of the series that it was made with' })
  seriesVersion!: number | null;

  @OneOf(['make', 'skip', 'queue', 'replace'], {
    nullable: true,
    description: 'What the overlap policy would do now, for a date that lies ahead; otherwise null',
  })
  wouldDo!: string | null;

  @Instant({ nullable: true })
  createdAt!: string | null;

  static of(one: Occurrence, { timeZone }: Series): SeriesOccurrenceDto & { id: string } {
    const { id, seriesId, number, localDate, dueAt, state, reason, campaignId, seriesVersion } = one;
    return {
      ...{ id, seriesId, number, localDate, state, reason, campaignId, seriesVersion, wouldDo: null },
      localTime: timeAt(dueAt, timeZone),
      at: dueAt.toISOString(),
      createdAt: one.createdAt.toISOString(),
    };
  }

  static ahead(
    { localDate, at, wouldDo }: FutureDate,
    { id: seriesId, timeZone }: Series,
  ): SeriesOccurrenceDto {
    return {
      ...{ id: null, seriesId, number: null, localDate, state: 'waiting', reason: null, campaignId: null },
      localTime: timeAt(at, timeZone),
      at: at.toISOString(),
      ...{ seriesVersion: null, wouldDo, createdAt: null },
    };
  }
}

export class SeriesOccurrencePageDto extends PageDto {
  @NestedList(() => SeriesOccurrenceDto, {
    description: 'In the order of their dates; the last page ends with up to 100 dates that lie ahead',
  })
  data!: SeriesOccurrenceDto[];
}

class SeriesFiguresDto {
  @Integer({ example: 10_000 })
  recipients!: number;

  @Integer({ example: 0 })
  pending!: number;

  @Integer({ example: 9_800 })
  sent!: number;

  @Integer({ example: 9_500 })
  delivered!: number;

  @Integer({ example: 6_000 })
  read!: number;

  @Integer({ example: 300 })
  responded!: number;

  @Integer({ example: 120 })
  failed!: number;

  @Integer({ example: 50 })
  skipped!: number;

  @Integer({ example: 30 })
  optedOut!: number;
}

export class SeriesSumsDto extends SeriesFiguresDto {
  @Integer({ example: 12, description: 'All of them, whatever became of them' })
  occurrences!: number;

  @Integer({ example: 10 })
  created!: number;

  @Integer({ example: 0 })
  queued!: number;

  @Integer({ example: 1 })
  skippedOccurrences!: number;

  @Integer({ example: 1 })
  missed!: number;

  @Integer({ example: 0 })
  failedOccurrences!: number;
}

export class OccurrenceFiguresDto extends SeriesFiguresDto {
  @Uuid()
  id!: string;

  @Integer({ example: 3 })
  number!: number;

  @Text({ example: '2027-01-31' })
  localDate!: string;

  @OneOf(OCCURRENCE_STATES)
  state!: OccurrenceState;

  @Text({ nullable: true })
  reason!: string | null;

  @Uuid({ nullable: true })
  campaignId!: string | null;

  static of(figures: OccurrenceFigures): OccurrenceFiguresDto {
    return { ...figures };
  }
}

export class SeriesStatsDto extends PageDto {
  @Nested(() => SeriesSumsDto)
  sums!: SeriesSums;

  @NestedList(() => OccurrenceFiguresDto, { description: 'The latest first' })
  data!: OccurrenceFiguresDto[];
}
