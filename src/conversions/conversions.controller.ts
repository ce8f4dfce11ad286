import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { pageFrom } from '../platform/http/paging.js';
import { Caller, type Principal } from '../platform/http/principal.js';
import { Problems } from '../platform/http/problem-responses.js';
import { RequireScope } from '../platform/http/route-access.js';
import { validated } from '../platform/http/validation.js';
import {
  ConversionDto,
  ConversionPageDto,
  ConversionsQuery,
  MOST_CONVERSIONS,
  NewConversionDto,
  NewConversionListDto,
  RecordedConversionsDto,
  ReverseConversionDto,
} from './conversion.dto.js';
import { Conversions } from './conversions.service.js';

@ApiTags('Conversions')
@Controller('conversions')
export class ConversionsController {
  constructor(private readonly conversions: Conversions) {}

  @Post()
  @HttpCode(200)
  @RequireScope('events:write')
  @ApiOperation({
    operationId: 'recordConversions',
    summary: 'Record what messages led to outside, each once by its id; of a list, those that are right',
  })
  @ApiExtraModels(NewConversionDto)
  @ApiBody({
    required: true,
    schema: {
      oneOf: [
        { $ref: getSchemaPath(NewConversionDto) },
        {
          type: 'array',
          minItems: 1,
          maxItems: MOST_CONVERSIONS,
          items: { $ref: getSchemaPath(NewConversionDto) },
        },
      ],
    },
  })
  @ApiOkResponse({ type: RecordedConversionsDto })
  @Problems(400, 422)
  async record(
    @Caller() { organizationId }: Principal,
    @Body() body: unknown,
  ): Promise<RecordedConversionsDto> {
    if (!Array.isArray(body)) {
      return this.conversions.recordOne(organizationId, await validated(NewConversionDto, body));
    }
    const { conversions } = await validated(NewConversionListDto, { conversions: body });
    return this.conversions.record(organizationId, conversions);
  }

  @Post(':id/reverse')
  @HttpCode(200)
  @RequireScope('events:write')
  @ApiOperation({
    operationId: 'reverseConversion',
    summary: 'Take back a conversion of yours, or a part of it',
  })
  @ApiOkResponse({ type: ConversionDto })
  @Problems(400, 404, 422)
  async reverse(
    @Caller() { organizationId }: Principal,
    @Param('id') id: string,
    @Body() { value }: ReverseConversionDto,
  ): Promise<ConversionDto> {
    return ConversionDto.of(await this.conversions.reverse(organizationId, id, value));
  }

  @Get()
  @RequireScope('analytics:read')
  @ApiOperation({ operationId: 'listConversions', summary: 'List conversions, newest first' })
  @ApiOkResponse({ type: ConversionPageDto })
  @Problems(400)
  async list(
    @Caller() { organizationId }: Principal,
    @Query() { campaignId, ...query }: ConversionsQuery,
  ): Promise<ConversionPageDto> {
    return pageFrom(query, {
      rows: (place) => this.conversions.list(organizationId, campaignId, place),
      show: (row) => ConversionDto.of(row),
      count: () => this.conversions.count(organizationId, campaignId),
    });
  }
}
