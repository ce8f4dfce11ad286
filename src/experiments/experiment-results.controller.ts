import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../platform/http/id-param.js';
import { CursorQuery, sortedPageFrom } from '../platform/http/paging.js';
import { Caller, type Principal } from '../platform/http/principal.js';
import { Problems } from '../platform/http/problem-responses.js';
import { RequireScope } from '../platform/http/route-access.js';
import { ExperimentEvaluations } from './evaluations.service.js';
import { ExperimentLookDto, ExperimentLookPageDto, ExperimentResultsDto } from './experiment-results.dto.js';
import { ExperimentResultsReader } from './experiment-results.service.js';

@ApiTags('Experiments')
@Controller('whatsapp/campaigns/:id/experiment')
export class ExperimentResultsController {
  constructor(
    private readonly results: ExperimentResultsReader,
    private readonly evaluations: ExperimentEvaluations,
  ) {}

  @Get('results')
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'getExperimentResults',
    summary: 'What the last look at an experiment says',
    description: 'Only people whose time is over are counted, and only what they did within it.',
  })
  @ApiOkResponse({ type: ExperimentResultsDto })
  @Problems(400, 404)
  async read(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<ExperimentResultsDto> {
    return ExperimentResultsDto.of(await this.results.read(organizationId, id));
  }

  @Get('looks')
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'listExperimentLooks',
    summary: 'List the looks at an experiment, newest first',
  })
  @ApiOkResponse({ type: ExperimentLookPageDto })
  @Problems(400, 404)
  async looks(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Query() query: CursorQuery,
  ): Promise<ExperimentLookPageDto> {
    const design = await this.results.designOf(organizationId, id);
    return sortedPageFrom(query, {
      sort: '-at',
      rows: async ({ after, limit, offset }) => {
        const before = after === undefined ? undefined : new Date(after.key);
        const looks = await this.results.looks(id, { before, limit, offset });
        return looks.map((look) => ({ ...look, id, sortKey: look.at.toISOString() }));
      },
      isKey: (key) => /^\d{4}-[\d:.TZ-]+$/.test(key) && !Number.isNaN(Date.parse(key)),
      show: (look) => ExperimentLookDto.of(look, design),
      count: () => this.results.countLooks(id),
    });
  }

  @Post('evaluate')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'evaluateExperiment',
    summary: 'Look at an experiment now',
    description:
      'Once a minute. It is looked at every hour anyway. An experiment that decides by itself may be decided by this.',
  })
  @ApiOkResponse({ type: ExperimentResultsDto })
  @Problems(400, 404, 409, 429)
  async evaluate(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
  ): Promise<ExperimentResultsDto> {
    await this.results.designOf(organizationId, id);
    await this.evaluations.evaluateNow(organizationId, id);
    return ExperimentResultsDto.of(await this.results.read(organizationId, id));
  }
}
