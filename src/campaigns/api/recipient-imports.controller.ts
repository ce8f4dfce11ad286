import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { CursorQuery, pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope, SensitiveRead } from '../../platform/http/route-access.js';
import { RecipientImports } from '../../recipients/imports/recipient-imports.service.js';
import { RecipientImportDto, RecipientImportPageDto } from './recipient-import.dto.js';

@ApiTags('Campaigns')
@Controller('whatsapp/campaigns/:id/recipients/imports')
export class RecipientImportsController {
  constructor(private readonly imports: RecipientImports) {}

  @Get()
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'listRecipientImports',
    summary: 'List the files of recipients of a campaign, newest first',
  })
  @ApiOkResponse({ type: RecipientImportPageDto })
  @Problems(400, 404)
  async list(
    @Caller() { organizationId }: Principal,
    @IdParam() campaignId: string,
    @Query() query: CursorQuery,
  ): Promise<RecipientImportPageDto> {
    const place = { organizationId, campaignId };
    return pageFrom(query, {
      rows: (page) => this.imports.list(place, page),
      show: (row) => RecipientImportDto.of(row),
      count: () => this.imports.count(place),
    });
  }

  @Get(':importId')
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'getRecipientImport',
    summary: 'Read the progress or outcome of a file of recipients',
  })
  @ApiOkResponse({ type: RecipientImportDto })
  @Problems(400, 404)
  async get(
    @Caller() { organizationId }: Principal,
    @IdParam() campaignId: string,
    @IdParam('importId') importId: string,
  ): Promise<RecipientImportDto> {
    return RecipientImportDto.of(await this.imports.get({ organizationId, campaignId }, importId));
  }

  @Get(':importId/errors')
  @RequireScope('campaigns:read')
  @SensitiveRead()
  @ApiOperation({
    operationId: 'getRecipientImportErrors',
    summary: 'List the rejected rows of a file of recipients by line, as CSV',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  @Problems(400, 404)
  async errors(
    @Caller() { organizationId }: Principal,
    @IdParam() campaignId: string,
    @IdParam('importId') importId: string,
  ): Promise<StreamableFile> {
    const stream = await this.imports.errorsCsv({ organizationId, campaignId }, importId);
    const disposition = `attachment; filename="import-errors-${importId}.csv"`;
    return new StreamableFile(stream, { type: 'text/csv; charset=utf-8', disposition });
  }
}
