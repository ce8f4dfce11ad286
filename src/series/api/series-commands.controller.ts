import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { SeriesCommands } from '../firing/series-commands.service.js';
import { AllSeries } from '../series/all-series.service.js';
import { SeriesReading } from '../series/series-reading.service.js';
import { dayOf } from './series-input.js';
import {
  OccurrenceFiguresDto,
  OccurrencesQuery,
  PauseSeriesQuery,
  SeriesOccurrenceDto,
  SeriesOccurrencePageDto,
  SeriesStatsDto,
} from './series-occurrences.dto.js';
import { SeriesDto } from './series.dto.js';
import { CursorQuery } from '../../platform/http/paging.js';

/** What a person does with a series, and what has become of its dates. */
@ApiTags('Series')
@Controller('whatsapp/series/:id')
export class SeriesCommandsController {
  constructor(
    private readonly all: AllSeries,
    private readonly commands: SeriesCommands,
    private readonly reading: SeriesReading,
  ) {}

  @Post('activate')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'activateSeries', summary: 'Start a draft with its next date from now on' })
  @ApiOkResponse({ type: SeriesDto })
  @Problems(400, 404, 409, 422)
  async activate(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<SeriesDto> {
    return SeriesDto.of(await this.all.activate(organizationId, id));
  }

  @Post('pause')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'pauseSeries', summary: 'Skip its dates until it is resumed' })
  @ApiOkResponse({ type: SeriesDto })
  @Problems(400, 404, 409)
  async pause(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Query() { campaigns }: PauseSeriesQuery,
  ): Promise<SeriesDto> {
    return SeriesDto.of(await this.commands.pause(organizationId, id, campaigns === 'true'));
  }

  @Post('resume')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'resumeSeries', summary: 'Go on with the next date from now on' })
  @ApiOkResponse({ type: SeriesDto })
  @Problems(400, 404, 409)
  async resume(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<SeriesDto> {
    return SeriesDto.of(await this.all.resume(organizationId, id));
  }

  @Post('end')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'endSeries', summary: 'End it for good; campaigns that run go on' })
  @ApiOkResponse({ type: SeriesDto })
  @Problems(400, 404, 409)
  async end(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<SeriesDto> {
    return SeriesDto.of(await this.commands.end(organizationId, id));
  }

  @Post('run-now')
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'runSeriesNow', summary: 'Make the occurrence of today' })
  @ApiCreatedResponse({ type: SeriesOccurrenceDto })
  @Problems(400, 404, 409, 422)
  async runNow(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<SeriesOccurrenceDto> {
    const occurrence = await this.commands.runNow(organizationId, id);
    return SeriesOccurrenceDto.of(occurrence, await this.all.get(organizationId, id));
  }

  @Get('occurrences')
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'listSeriesOccurrences',
    summary: 'What became of its dates, and those ahead',
  })
  @ApiOkResponse({ type: SeriesOccurrencePageDto })
  @Problems(400, 404)
  async occurrences(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Query() query: OccurrencesQuery,
  ): Promise<SeriesOccurrencePageDto> {
    const series = await this.all.get(organizationId, id);
    const from = query.from === undefined ? undefined : dayOf('from', query.from);
    const to = query.to === undefined ? undefined : dayOf('to', query.to);
    const page = await pageFrom(query, {
      rows: (place) => this.reading.occurrences(id, { from, to }, place),
      show: (one) => SeriesOccurrenceDto.of(one, series),
      count: () => this.reading.countOccurrences(id, { from, to }),
    });
    const isBeyond = page.data.length === 0 && (query.page ?? 1) > 1;
    if (page.nextCursor !== null || isBeyond) return page;
    const ahead = await this.reading.future(series, { from, to });
    return { ...page, data: [...page.data, ...ahead.map((one) => SeriesOccurrenceDto.ahead(one, series))] };
  }

  @Get('stats')
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'getSeriesStats',
    summary: 'Sums over its campaigns, and a row an occurrence',
  })
  @ApiOkResponse({ type: SeriesStatsDto })
  @Problems(400, 404)
  async stats(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Query() query: CursorQuery,
  ): Promise<SeriesStatsDto> {
    await this.all.get(organizationId, id);
    const sums = await this.reading.sums(id);
    const page = await pageFrom(query, {
      rows: (place) => this.reading.figures(id, place),
      show: (figures) => OccurrenceFiguresDto.of(figures),
      count: () => Promise.resolve(sums.occurrences),
    });
    return { sums, ...page };
  }
}
