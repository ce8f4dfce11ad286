import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { CampaignPreviewDto, PreviewCampaignDto, PreviewCampaignQuery } from './campaign-preview.dto.js';
import { CampaignPreviews } from '../message/campaign-previews.service.js';

@ApiTags('Campaigns')
@Controller('whatsapp/campaigns/:id/preview')
export class CampaignPreviewController {
  constructor(private readonly previews: CampaignPreviews) {}

  @Post()
  @HttpCode(200)
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'previewCampaign', summary: 'What a recipient will read' })
  @ApiOkResponse({ type: CampaignPreviewDto })
  @Problems(400, 404, 422)
  async preview(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Query() { variant }: PreviewCampaignQuery,
    @Body() { phoneNumber, variables }: PreviewCampaignDto,
  ): Promise<CampaignPreviewDto> {
    return this.previews.preview(organizationId, id, { phoneNumber, variables, variant });
  }
}
