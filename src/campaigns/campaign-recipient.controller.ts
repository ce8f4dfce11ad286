import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../platform/http/id-param.js';
import { Caller, type Principal } from '../platform/http/principal.js';
import { Problems } from '../platform/http/problem-responses.js';
import { RequireScope, SensitiveRead } from '../platform/http/route-access.js';
import { ExplainedRecipientDto, RecipientDto } from './api/campaign-recipients.dto.js';
import { ExplanationsService } from './explanations/explanations.service.js';

@ApiTags('Campaigns')
@Controller('whatsapp/campaigns/:id/recipients/:recipientId')
export class CampaignRecipientController {
  constructor(private readonly explanations: ExplanationsService) {}

  @Get()
  @RequireScope('campaigns:read')
  @SensitiveRead()
  @ApiOperation({
    operationId: 'getCampaignRecipient',
    summary: 'One recipient, with what happened to it and why',
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
