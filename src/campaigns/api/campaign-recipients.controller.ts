import { Body, Controller, Delete, Get, HttpCode, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { assertCountry } from '../../access/organizations/assert-country.js';
import { IdParam } from '../../platform/http/id-param.js';
import { mappingOf } from '../../platform/http/import-query.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope, SensitiveRead } from '../../platform/http/route-access.js';
import { invalidFields, validated } from '../../platform/http/validation.js';
import { RecipientExport } from '../../recipients/export-recipients.service.js';
import { Recipients } from '../../recipients/recipients.service.js';
import {
  AddCampaignRecipientsDto,
  ExplainedRecipientDto,
  IntakeDto,
  RecipientDto,
  RecipientFilterQuery,
  RecipientPageDto,
  RecipientsQuery,
  RemovalDto,
  RemoveRecipientsDto,
} from './campaign-recipients.dto.js';
import { ImportRecipientsQuery } from './recipient-import.dto.js';
import { TakesRecipients } from './takes-recipients.dto.js';
import { Explanations } from '../explanations/explanations.service.js';
import { RecipientIntake } from '../intake/recipient-intake.service.js';

@ApiTags('Campaigns')
@Controller('whatsapp/campaigns/:id/recipients')
export class CampaignRecipientsController {
  constructor(
    private readonly recipients: Recipients,
    private readonly intake: RecipientIntake,
    private readonly exporter: RecipientExport,
    private readonly explanations: Explanations,
  ) {}

  @Get()
  @RequireScope('campaigns:read')
  @SensitiveRead()
  @ApiOperation({
    operationId: 'listCampaignRecipients',
    summary: 'List recipients in the order they were added',
  })
  @ApiOkResponse({ type: RecipientPageDto })
  @Problems(400, 404)
  async list(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Query() query: RecipientsQuery,
  ): Promise<RecipientPageDto> {
    const { data, ...page } = await this.recipients.list(organizationId, id, query);
    return { data: data.map((row) => RecipientDto.of(row)), ...page };
  }

  @Post()
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @TakesRecipients()
  @ApiOperation({
    operationId: 'addCampaignRecipients',
    summary: 'Add recipients; each number is added once',
  })
  @ApiOkResponse({ type: IntakeDto })
  @Problems(400, 404, 409)
  async add(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Query() query: ImportRecipientsQuery,
    @Req() request: FastifyRequest,
    @Body() body: unknown,
  ): Promise<IntakeDto> {
    const { upload } = request;
    if (upload !== undefined) {
      const { importId, defaultCountry, fileName = upload.fileName } = query;
      if (defaultCountry !== undefined) assertCountry(defaultCountry);
      const options = { importId, defaultCountry, fileName, mapping: mappingOf(query.mapping) };
      return IntakeDto.of(id, await this.intake.addCsv(organizationId, id, upload, options));
    }
    const [stray] = Object.keys(query);
    if (stray !== undefined) throw invalidFields([{ field: stray, message: 'is for files only' }]);
    const { recipients } = await validated(AddCampaignRecipientsDto, body);
    return IntakeDto.of(id, await this.intake.addItems(organizationId, id, recipients));
  }

  @Get('export')
  @RequireScope('campaigns:read')
  @SensitiveRead()
  @ApiOperation({
    operationId: 'exportCampaignRecipients',
    summary: 'Recipients with their outcome, as CSV; all of them, or those that match',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  @Problems(400, 404)
  async export(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Query() filter: RecipientFilterQuery,
  ): Promise<StreamableFile> {
    const stream = await this.exporter.exportCsv(organizationId, id, filter);
    const disposition = `attachment; filename="recipients-${id}.csv"`;
    return new StreamableFile(stream, { type: 'text/csv; charset=utf-8', disposition });
  }

  @Delete()
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'removeCampaignRecipients',
    summary: 'Remove recipients that have not been sent to',
  })
  @ApiOkResponse({ type: RemovalDto })
  @Problems(400, 404, 409)
  async remove(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Body() { ids, phoneNumbers }: RemoveRecipientsDto,
  ): Promise<RemovalDto> {
    if (ids !== undefined && phoneNumbers === undefined)
      return this.intake.removeUnsent(organizationId, id, { ids });
    if (phoneNumbers !== undefined && ids === undefined) {
      return this.intake.removeUnsent(organizationId, id, { phoneNumbers });
    }
    throw invalidFields([{ field: 'ids', message: 'give either ids or phoneNumbers' }]);
  }

  @Get(':recipientId')
  @RequireScope('campaigns:read')
  @SensitiveRead()
  @ApiOperation({
    operationId: 'getCampaignRecipient',
    summary: 'One recipient, with the reasons for its state',
  })
  @ApiOkResponse({ type: ExplainedRecipientDto })
  @Problems(400, 404)
  async get(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @IdParam('recipientId') recipientId: string,
  ): Promise<ExplainedRecipientDto> {
    const { recipient, explanation } = await this.explanations.explain(organizationId, id, recipientId);
    const told = explanation.map((one) => ({ ...one, at: one.at.toISOString() }));
    return Object.assign(RecipientDto.of(recipient), { explanation: told });
  }
}
