import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import {
  AnswerTag,
  Conditional,
  type GiveTag,
  IfMatch,
  type Precondition,
  TAGGED,
} from '../../platform/http/entity-tag.js';
import { actorOf, Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { toStatusWord } from '../campaign/campaign-state.js';
import type { Activation } from '../campaign/campaign-input.js';
import {
  CampaignDetailDto,
  CampaignDto,
  CampaignPageDto,
  CampaignsQuery,
  DeletedCampaignDto,
  SendResultDto,
} from './campaign.dto.js';
import { Campaigns } from '../campaign/campaigns.service.js';
import { campaignTag } from '../campaign/campaign-tag.js';
import { assertMayTarget } from './may-target.js';
import { CampaignPages } from './campaign-pages.service.js';
import { CampaignEdits } from '../drafts/campaign-edits.service.js';
import { CampaignDrafts } from '../drafts/campaign-drafts.service.js';
import { CreateCampaignDto, inputFrom, RATE_LIMIT, UpdateCampaignDto } from './create-campaign.dto.js';
import { Explanations } from '../explanations/explanations.service.js';
import { CampaignLifecycle } from '../lifecycle/lifecycle.service.js';

@ApiTags('Campaigns')
@Controller('whatsapp/campaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly pages: CampaignPages,
    private readonly drafts: CampaignDrafts,
    private readonly edits: CampaignEdits,
    private readonly lifecycle: CampaignLifecycle,
    private readonly explanations: Explanations,
  ) {}

  @Post()
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'createCampaign', summary: 'Create a campaign, optionally with recipients' })
  @ApiCreatedResponse({ type: CampaignDto })
  @Problems(404, 422)
  async create(@Caller() caller: Principal, @Body() body: CreateCampaignDto): Promise<CampaignDto> {
    const { organizationId } = caller;
    assertMayTarget(caller, { targetType: body.targetType, audience: body.segmentQuery });
    const rateLimit = body.rateLimit === undefined ? RATE_LIMIT : body.rateLimit;
    const input = { ...inputFrom(body), name: body.name, templateName: body.templateName, rateLimit };
    return CampaignDto.of(await this.drafts.create(organizationId, actorOf(caller), input, body.recipients));
  }

  @Get()
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'listCampaigns',
    summary: 'List campaigns, newest first unless sorted otherwise',
  })
  @ApiOkResponse({ type: CampaignPageDto })
  @Problems(400)
  async list(@Caller() caller: Principal, @Query() query: CampaignsQuery): Promise<CampaignPageDto> {
    return this.pages.page(caller.organizationId, query);
  }

  @Get(':id')
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'getCampaign',
    summary: 'Read one campaign with its counts and what it is waiting for',
  })
  @ApiOkResponse({ type: CampaignDetailDto, ...TAGGED })
  @Problems(400, 404)
  async get(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @AnswerTag() giveTag: GiveTag,
  ): Promise<CampaignDetailDto> {
    const found = await this.campaigns.get(organizationId, id);
    giveTag(campaignTag(found));
    const campaign = CampaignDto.of(found);
    const waitingFor = await this.explanations.campaignWaitsFor(organizationId, id);
    return Object.assign(campaign, { waitingFor });
  }

  @Put(':id')
  @RequireScope('campaigns:write')
  @Conditional()
  @ApiOperation({
    operationId: 'updateCampaign',
    summary:
      'Change a campaign; once it sends or pauses, its name, tags, rate, daily limit, window and priority',
  })
  @ApiOkResponse({ type: CampaignDto, ...TAGGED })
  @Problems(400, 404, 409, 422)
  async update(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: UpdateCampaignDto,
    @IfMatch() precondition: Precondition | undefined,
    @AnswerTag() giveTag: GiveTag,
  ): Promise<CampaignDto> {
    const { organizationId } = caller;
    assertMayTarget(caller, { targetType: body.targetType, audience: body.segmentQuery });
    const { recipients } = body;
    const edit = { organizationId, id, changes: inputFrom(body), recipients, precondition };
    const campaign = await this.edits.update(edit);
    giveTag(campaignTag(campaign));
    return CampaignDto.of(campaign);
  }

  @Delete(':id')
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'deleteCampaign', summary: 'Delete a draft; cancel one that has started' })
  @ApiOkResponse({ type: DeletedCampaignDto })
  @Problems(400, 404, 409)
  async delete(@Caller() caller: Principal, @IdParam() id: string): Promise<DeletedCampaignDto> {
    return { result: await this.lifecycle.deleteOrCancel(caller.organizationId, id) };
  }

  @Post(':id/send')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'sendCampaign', summary: 'Start now, or at scheduledFor' })
  @ApiOkResponse({ type: SendResultDto })
  @Problems(400, 404, 409, 422)
  async send(@Caller() caller: Principal, @IdParam() id: string): Promise<SendResultDto> {
    const { organizationId } = caller;
    const activation = await this.lifecycle.send(organizationId, id);
    const { status } = await this.campaigns.get(organizationId, id);
    return { ...sendResultOf(activation), status: toStatusWord(status) };
  }

  @Post(':id/pause')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'pauseCampaign', summary: 'Stop sending until it is resumed' })
  @ApiOkResponse({ type: CampaignDto })
  @Problems(400, 404, 409)
  async pause(@Caller() caller: Principal, @IdParam() id: string): Promise<CampaignDto> {
    return CampaignDto.of(await this.lifecycle.pause(caller.organizationId, id));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'resumeCampaign',
    summary: 'Resume after a pause; missed recipients are planned again',
  })
  @ApiOkResponse({ type: CampaignDto })
  @Problems(400, 404, 409, 422)
  async resume(@Caller() caller: Principal, @IdParam() id: string): Promise<CampaignDto> {
    return CampaignDto.of(await this.lifecycle.resume(caller.organizationId, id));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'cancelCampaign',
    summary: 'Stop for good; a cancelled campaign cannot come back',
  })
  @ApiOkResponse({ type: CampaignDto })
  @Problems(400, 404, 409)
  async cancel(@Caller() caller: Principal, @IdParam() id: string): Promise<CampaignDto> {
    return CampaignDto.of(await this.lifecycle.cancel(caller.organizationId, id));
  }
}

function sendResultOf(activation: Activation): Omit<SendResultDto, 'status'> {
  const { campaignId, recipients, days, firstDay, completesOn, dailyLimit } = activation;
  const pace = dailyLimit === null ? '' : `, ${dailyLimit} a day`;
  return {
    campaignId,
    recipientsScheduled: recipients,
    estimatedDays: days,
    firstDay,
    estimatedCompletionDate: completesOn,
    message: `Sending to ${recipients} recipients${pace}, from ${firstDay} on`,
  };
}
