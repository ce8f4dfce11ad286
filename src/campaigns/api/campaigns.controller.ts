import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OneOf, Text } from '../../platform/http/fields.js';
import { IdParam } from '../../platform/http/id-param.js';
import { CursorQuery, decodeCursor, encodeCursor, pageOf } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { CAMPAIGN_STATES, parseCampaignStatus, toStatusWord } from '../campaign/campaign-state.js';
import type { Activation } from '../campaign/campaign-input.js';
import { CampaignDetailDto, CampaignDto, CampaignPageDto, SendResultDto } from './campaign.dto.js';
import { CampaignsService } from '../campaign/campaigns.service.js';
import { CreateCampaignDto, inputFrom, UpdateCampaignDto } from './create-campaign.dto.js';
import { ExplanationsService } from '../explanations/explanations.service.js';
import { LifecycleService } from '../lifecycle/lifecycle.service.js';
import { RecipientIntake } from '../intake/recipient-intake.service.js';

/** A campaign of this face goes at ten a minute unless it says otherwise. */
const RATE_LIMIT = 10;

class CampaignsQuery extends CursorQuery {
  @OneOf([...CAMPAIGN_STATES, 'sending'], { optional: true })
  status?: string;

  @Text({ optional: true, min: 1, max: 100, description: 'Campaigns with this tag' })
  tag?: string;

  @Text({ optional: true, min: 1, max: 200, description: 'Part of the name or of the template name' })
  search?: string;
}

export class DeletedCampaignDto {
  @OneOf(['deleted', 'cancelled'])
  result!: 'deleted' | 'cancelled';
}

@ApiTags('Campaigns')
@Controller('whatsapp/campaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly lifecycle: LifecycleService,
    private readonly intake: RecipientIntake,
    private readonly explanations: ExplanationsService,
  ) {}

  @Post()
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'createCampaign', summary: 'Make a campaign, with recipients if you like' })
  @ApiCreatedResponse({ type: CampaignDto })
  @Problems(404, 422)
  async create(@Caller() caller: Principal, @Body() body: CreateCampaignDto): Promise<CampaignDto> {
    const { organizationId, keyId } = caller;
    const rateLimit = body.rateLimit === undefined ? RATE_LIMIT : body.rateLimit;
    const input = { ...inputFrom(body), name: body.name, templateName: body.templateName, rateLimit };
    const campaign = await this.campaigns.create(organizationId, keyId, input);
    if (body.recipients === undefined) return CampaignDto.of(campaign);
    await this.intake.addItems(organizationId, campaign.id, body.recipients);
    return CampaignDto.of(await this.campaigns.get(organizationId, campaign.id));
  }

  @Get()
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'listCampaigns', summary: 'List campaigns, newest first' })
  @ApiOkResponse({ type: CampaignPageDto })
  @Problems(400)
  async list(@Caller() caller: Principal, @Query() query: CampaignsQuery): Promise<CampaignPageDto> {
    const { page, limit, offset } = pageOf(query);
    const status = query.status === undefined ? undefined : parseCampaignStatus(query.status);
    const filter = { status, tag: query.tag, search: query.search };
    const before = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ['uuid'])[0]);
    const rows = await this.campaigns.list(caller.organizationId, filter, {
      before,
      limit: limit + 1,
      offset: before === undefined ? offset : 0,
    });
    const data = rows.slice(0, limit).map((row) => CampaignDto.of(row));
    const last = data.at(-1);
    const nextCursor = rows.length > limit && last !== undefined ? encodeCursor([last.id]) : null;
    const total = await this.campaigns.count(caller.organizationId, filter);
    return before === undefined
      ? { data, page, limit, total, nextCursor }
      : { data, limit, total, nextCursor };
  }

  @Get(':id')
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'getCampaign',
    summary: 'Read one campaign with its counts, and what it waits for',
  })
  @ApiOkResponse({ type: CampaignDetailDto })
  @Problems(400, 404)
  async get(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<CampaignDetailDto> {
    const campaign = CampaignDto.of(await this.campaigns.get(organizationId, id));
    const waitingFor = await this.explanations.campaignWaitsFor(organizationId, id);
    return Object.assign(campaign, { waitingFor });
  }

  @Put(':id')
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'updateCampaign', summary: 'Change a campaign that has not started' })
  @ApiOkResponse({ type: CampaignDto })
  @Problems(400, 404, 409, 422)
  async update(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: UpdateCampaignDto,
  ): Promise<CampaignDto> {
    const { organizationId } = caller;
    const campaign = await this.campaigns.update(organizationId, id, inputFrom(body));
    if (body.recipients === undefined) return CampaignDto.of(campaign);
    await this.intake.addItems(organizationId, id, body.recipients);
    return CampaignDto.of(await this.campaigns.get(organizationId, id));
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
    summary: 'Go on after a pause; what was missed is planned anew',
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
