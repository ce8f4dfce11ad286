import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import {
  FieldValueListDto,
  FieldValuesQuery,
  SegmentFieldDto,
  SegmentFieldListDto,
} from './segment-fields.dto.js';
import { SegmentFields } from './segment-fields.service.js';

@ApiTags('Segments')
@Controller('whatsapp/segments/fields')
export class SegmentFieldsController {
  constructor(private readonly fields: SegmentFields) {}

  @Get()
  @RequireScope('customers:read')
  @ApiOperation({
    operationId: 'listSegmentFields',
    summary: 'The fields that a segment may ask about, with the attributes seen in a sample of the customers',
  })
  @ApiOkResponse({ type: SegmentFieldListDto })
  async list(@Caller() { organizationId }: Principal): Promise<SegmentFieldListDto> {
    const { data, isComplete } = await this.fields.list(organizationId);
    return { data: data.map((field) => SegmentFieldDto.of(field)), isComplete };
  }

  @Get('values')
  @RequireScope('customers:read')
  @ApiOperation({
    operationId: 'suggestSegmentValues',
    summary: 'Suggest values of a field, from a sample of the customers; empty if it would take long',
  })
  @ApiOkResponse({ type: FieldValueListDto })
  @Problems(400)
  async values(
    @Caller() { organizationId }: Principal,
    @Query() { field, search = '', limit = 20 }: FieldValuesQuery,
  ): Promise<FieldValueListDto> {
    return { field, data: await this.fields.values(organizationId, field, { search, limit }) };
  }
}
