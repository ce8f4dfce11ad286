import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { actorOf, Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { Campaigns } from '../campaign/campaigns.service.js';
import { CampaignDrafts } from '../drafts/campaign-drafts.service.js';
import { CampaignArchive } from '../lifecycle/campaign-archive.service.js';
import { CampaignLifecycle } from '../lifecycle/lifecycle.service.js';
import { CampaignDto, DuplicateCampaignDto } from './campaign.dto.js';
import { assertMayTarget } from './may-target.js';

/** What a person does with campaigns besides sending them. */
@ApiTags('Campaigns')
@Controller('whatsapp/campaigns/:id')
@RequireScope('campaigns:write')
export class CampaignDeskController {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly drafts: CampaignDrafts,
    private readonly lifecycle: CampaignLifecycle,
    private readonly archive: CampaignArchive,
  ) {}

  @Post('unschedule')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'unscheduleCampaign',
    summary: 'Make a scheduled campaign a draft again; nobody is written to',
  })
  @ApiOkResponse({ type: CampaignDto })
  @Problems(400, 404, 409)
  async unschedule(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<CampaignDto> {
    return CampaignDto.of(await this.lifecycle.unschedule(organizationId, id));
  }

  @Post('duplicate')
  @ApiOperation({
    operationId: 'duplicateCampaign',
    summary: 'Make a draft with the same settings, message and target, without recipients',
  })
  @ApiCreatedResponse({ type: CampaignDto })
  @Problems(400, 404, 422)
  async duplicate(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() { name }: DuplicateCampaignDto,
  ): Promise<CampaignDto> {
    const { organizationId } = caller;
    const source = await this.campaigns.get(organizationId, id);
    const { targetType, segmentQuery, targetAudience } = source;
    assertMayTarget(caller, { targetType, audience: segmentQuery ?? targetAudience });
    return CampaignDto.of(await this.drafts.duplicate(organizationId, actorOf(caller), source, name));
  }

  @Post('archive')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'archiveCampaign',
    summary: 'Hide a draft or a campaign that is over from the list; repeating it changes nothing',
  })
  @ApiOkResponse({ type: CampaignDto })
  @Problems(400, 404, 409)
  async hide(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<CampaignDto> {
    return CampaignDto.of(await this.archive.archive(organizationId, id));
  }

  @Post('unarchive')
  @HttpCode(200)
  @ApiOperation({ operationId: 'unarchiveCampaign', summary: 'Show an archived campaign in the list again' })
  @ApiOkResponse({ type: CampaignDto })
  @Problems(400, 404)
  async show(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<CampaignDto> {
    return CampaignDto.of(await this.archive.unarchive(organizationId, id));
  }
}
