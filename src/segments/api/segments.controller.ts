import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import {
  AnswerTag,
  Conditional,
  type GiveTag,
  IfMatch,
  type Precondition,
  TAGGED,
} from '../../platform/http/entity-tag.js';
import { IdParam } from '../../platform/http/id-param.js';
import { PageQuery, pageOf } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { type GivenQuery, givenQuery, invalidSegment } from './given-query.js';
import {
  CreateSegmentDto,
  PreviewSavedDto,
  PreviewSegmentDto,
  type QueryDto,
  SegmentDto,
  SegmentPageDto,
  SegmentPreviewDto,
  UpdateSegmentDto,
} from './segment.dto.js';
import { segmentTag } from './segment-tag.js';
import { Segments } from './segments.service.js';

@ApiTags('Segments')
@Controller('whatsapp/segments')
export class SegmentsController {
  constructor(private readonly segments: Segments) {}

  @Post()
  @RequireScope('customers:write')
  @ApiOperation({ operationId: 'createSegment', summary: 'Save a segment' })
  @ApiCreatedResponse({ type: SegmentDto })
  @Problems(400, 409)
  async create(@Caller() caller: Principal, @Body() body: CreateSegmentDto): Promise<SegmentDto> {
    const fields = { name: body.name, description: body.description ?? null, given: neededQuery(body) };
    return SegmentDto.of(await this.segments.create(caller.organizationId, fields));
  }

  @Post('preview')
  @HttpCode(200)
  @RequireScope('customers:read')
  @ApiOperation({
    operationId: 'previewSegment',
    summary: 'Count the customers that match a query and show a sample',
  })
  @ApiOkResponse({ type: SegmentPreviewDto })
  @Problems(400, 422)
  async preview(@Caller() caller: Principal, @Body() body: PreviewSegmentDto): Promise<SegmentPreviewDto> {
    return this.segments.preview(caller.organizationId, neededQuery(body), limitOf(body));
  }

  @Get()
  @RequireScope('customers:read')
  @ApiOperation({ operationId: 'listSegments', summary: 'List the saved segments by name' })
  @ApiOkResponse({ type: SegmentPageDto })
  @Problems(400)
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<SegmentPageDto> {
    const page = pageOf(query);
    const [segments, total] = await this.segments.list(caller.organizationId, page);
    return {
      data: segments.map((segment) => SegmentDto.of(segment)),
      page: page.page,
      limit: page.limit,
      total,
    };
  }

  @Get(':id')
  @RequireScope('customers:read')
  @ApiOperation({ operationId: 'getSegment', summary: 'Read one segment' })
  @ApiOkResponse({ type: SegmentDto, ...TAGGED })
  @Problems(400, 404)
  async get(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @AnswerTag() giveTag: GiveTag,
  ): Promise<SegmentDto> {
    const segment = await this.segments.get(caller.organizationId, id);
    giveTag(segmentTag(segment));
    return SegmentDto.of(segment);
  }

  @Put(':id')
  @RequireScope('customers:write')
  @Conditional()
  @ApiOperation({
    operationId: 'updateSegment',
    summary: 'Change a segment; omitted fields stay as they are',
  })
  @ApiOkResponse({ type: SegmentDto, ...TAGGED })
  @Problems(400, 404, 409)
  async update(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: UpdateSegmentDto,
    @IfMatch() precondition: Precondition | undefined,
    @AnswerTag() giveTag: GiveTag,
  ): Promise<SegmentDto> {
    const { name, description } = body;
    const fields = {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      given: givenQuery(body),
    };
    const segment = await this.segments.update(caller.organizationId, id, fields, precondition);
    giveTag(segmentTag(segment));
    return SegmentDto.of(segment);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('customers:write')
  @ApiOperation({
    operationId: 'deleteSegment',
    summary: 'Delete a segment; campaigns keep the customers they took from it',
  })
  @ApiNoContentResponse()
  @Problems(400, 404)
  async delete(@Caller() caller: Principal, @IdParam() id: string): Promise<void> {
    await this.segments.delete(caller.organizationId, id);
  }

  @Post(':id/preview')
  @HttpCode(200)
  @RequireScope('customers:read')
  @ApiOperation({
    operationId: 'previewSavedSegment',
    summary: 'Count the customers currently in a saved segment and show a sample',
  })
  @ApiOkResponse({ type: SegmentPreviewDto })
  @Problems(400, 404, 422)
  async previewSaved(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: PreviewSavedDto,
  ): Promise<SegmentPreviewDto> {
    const { query } = await this.segments.get(caller.organizationId, id);
    return this.segments.preview(caller.organizationId, { name: 'query', query }, limitOf(body));
  }
}

function neededQuery(body: QueryDto): GivenQuery {
  const given = givenQuery(body);
  if (given === undefined) throw invalidSegment([{ field: 'query', message: 'must be given' }]);
  return given;
}

const limitOf = ({ limit }: { limit?: number }): { limit?: number } => (limit === undefined ? {} : { limit });
