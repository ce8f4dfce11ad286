import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../platform/http/id-param.js';
import { Caller, type Principal } from '../platform/http/principal.js';
import { Problems } from '../platform/http/problem-responses.js';
import { RequireScope, SensitiveRead } from '../platform/http/route-access.js';
import { invalidFields } from '../platform/http/validation.js';
import { RecipientsService } from '../recipients/recipients.service.js';
import {
  AddCampaignRecipientsDto,
  IntakeDto,
  RecipientDto,
  RecipientPageDto,
  RecipientsQuery,
  RemovalDto,
  RemoveRecipientsDto,
} from './campaign-recipients.dto.js';
import { RecipientIntake } from './recipient-intake.service.js';

@ApiTags('Campaigns')
@Controller('whatsapp/campaigns/:id/recipients')
export class CampaignRecipientsController {
  constructor(
    private readonly recipients: RecipientsService,
    private readonly intake: RecipientIntake,
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
  @ApiOperation({ operationId: 'addCampaignRecipients', summary: 'Add recipients; each number goes in once' })
  @ApiOkResponse({ type: IntakeDto })
  @Problems(400, 404, 409)
  async addItems(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Body() { recipients }: AddCampaignRecipientsDto,
  ): Promise<IntakeDto> {
    return IntakeDto.of(id, await this.intake.addItems(organizationId, id, recipients));
  }

  @Delete()
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'removeCampaignRecipients',
    summary: 'Take out recipients nothing has been sent to',
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
}
