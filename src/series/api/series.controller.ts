import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { assertMayTarget } from '../../campaigns/api/may-target.js';
import { Clock } from '../../platform/clock/clock.js';
import {
  AnswerTag,
  Conditional,
  type GiveTag,
  IfMatch,
  type Precondition,
  TAGGED,
} from '../../platform/http/entity-tag.js';
import { IdParam } from '../../platform/http/id-param.js';
import { pageFrom } from '../../platform/http/paging.js';
import { actorOf, Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { dayAt, timeAt } from '../../rules/calendar/day.js';
import { firstDue } from '../timing/due-dates.js';
import { AllSeries } from '../series/all-series.service.js';
import { seriesTag } from '../series/series-tag.js';
import { CreateSeriesDto, PreviewSeriesDto, UpdateSeriesDto } from './series-input.dto.js';
import { changedBy, dayOf, daysOf, ruleFrom, settingsFrom, zoneOf } from './series-input.js';
import { SeriesDto, SeriesListQuery, SeriesPageDto, SeriesPreviewDto } from './series.dto.js';

@ApiTags('Series')
@Controller('whatsapp/series')
export class SeriesController {
  constructor(
    private readonly all: AllSeries,
    private readonly clock: Clock,
  ) {}

  @Post()
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'createSeries', summary: 'Create a series of campaigns, as a draft' })
  @ApiCreatedResponse({ type: SeriesDto })
  @Problems(400, 404, 422)
  async create(@Caller() caller: Principal, @Body() body: CreateSeriesDto): Promise<SeriesDto> {
    const { targetType, segmentQuery } = body.campaign;
    assertMayTarget(caller, { targetType, audience: segmentQuery });
    const settings = settingsFrom(body, (zone) => dayAt(this.clock.now(), zone));
    return SeriesDto.of(await this.all.create(caller.organizationId, actorOf(caller), settings));
  }

  @Post('preview')
  @HttpCode(200)
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'previewSeries', summary: 'The dates of a rule; nothing is stored' })
  @ApiOkResponse({ type: SeriesPreviewDto })
  @Problems(400, 422)
  preview(@Body() body: PreviewSeriesDto): SeriesPreviewDto {
    const { at: localTime, count = 10, exceptDates = [], schedule, rrule: rule, endsOn } = body;
    const timeZone = zoneOf(body.timeZone);
    const startsOn = body.from === undefined ? dayAt(this.clock.now(), timeZone) : dayOf('from', body.from);
    const { rrule } = ruleFrom({ schedule, rrule: rule, endsOn }, startsOn);
    const timing = { rrule, startsOn, localTime, timeZone, exceptDates: daysOf(exceptDates), occurrences: 0 };
    const dates = firstDue(timing, {}, count);
    return {
      rrule,
      occurrences: dates.map(({ localDate, at }) => ({
        localDate,
        localTime: timeAt(at, timeZone),
        at: at.toISOString(),
      })),
    };
  }

  @Get()
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'listSeries', summary: 'List series, newest first' })
  @ApiOkResponse({ type: SeriesPageDto })
  @Problems(400)
  async list(
    @Caller() { organizationId }: Principal,
    @Query() query: SeriesListQuery,
  ): Promise<SeriesPageDto> {
    const filter = { state: query.state, search: query.search };
    return pageFrom(query, {
      rows: (place) => this.all.list(organizationId, filter, place),
      show: (series) => SeriesDto.of(series),
      count: () => this.all.count(organizationId, filter),
    });
  }

  @Get(':id')
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'getSeries', summary: 'Read one series' })
  @ApiOkResponse({ type: SeriesDto, ...TAGGED })
  @Problems(400, 404)
  async get(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @AnswerTag() giveTag: GiveTag,
  ): Promise<SeriesDto> {
    const series = await this.all.get(organizationId, id);
    giveTag(seriesTag(series));
    return SeriesDto.of(series);
  }

  @Put(':id')
  @RequireScope('campaigns:write')
  @Conditional()
  @ApiOperation({
    operationId: 'updateSeries',
    summary: 'Change a series; omitted fields stay as they are, and campaigns that are made already too',
  })
  @ApiOkResponse({ type: SeriesDto, ...TAGGED })
  @Problems(400, 404, 409, 422)
  async update(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: UpdateSeriesDto,
    @IfMatch() precondition: Precondition | undefined,
    @AnswerTag() giveTag: GiveTag,
  ): Promise<SeriesDto> {
    const { organizationId } = caller;
    const { targetType, segmentQuery } = body.campaign ?? {};
    assertMayTarget(caller, { targetType, audience: segmentQuery });
    const change = (known: Parameters<typeof changedBy>[0]) => changedBy(known, body);
    const series = await this.all.update({ organizationId, id, change, precondition });
    giveTag(seriesTag(series));
    return SeriesDto.of(series);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'deleteSeries', summary: 'Delete a draft' })
  @ApiNoContentResponse()
  @Problems(400, 404, 409)
  async delete(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<void> {
    await this.all.delete(organizationId, id);
  }
}
