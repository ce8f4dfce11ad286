import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Campaigns } from '../campaigns/campaign/campaigns.service.js';
import { CampaignDrafts } from '../campaigns/drafts/campaign-drafts.service.js';
import { parseCampaignStatus } from '../campaigns/campaign/campaign-state.js';
import { CampaignLifecycle } from '../campaigns/lifecycle/lifecycle.service.js';
import { RecipientIntake } from '../campaigns/intake/recipient-intake.service.js';
import { IdParam } from '../platform/http/id-param.js';
import { pageOf } from '../platform/http/paging.js';
import { actorOf, Caller, type Principal } from '../platform/http/principal.js';
import { Problems } from '../platform/http/problem-responses.js';
import { RequireScope } from '../platform/http/route-access.js';
import { DomainError } from '../rules/errors/domain-error.js';
import { isDay } from '../rules/calendar/day.js';
import { assertMayTarget } from '../campaigns/api/may-target.js';
import { AddedRecipientsDto, AddRecipientsDto, RecipientsQuery } from './add-recipients.dto.js';
import {
  CreatedMarketingCampaignDto,
  CreateMarketingCampaignDto,
  inputFrom,
} from './create-marketing-campaign.dto.js';
import {
  ActivatedCampaignDto,
  ActivateQuery,
  CampaignStatusDto,
  ListQuery,
  MarketingCampaignDto,
  MarketingCampaignListItemDto,
} from './marketing-campaign.dto.js';

/**
 * The Marketing API of campaigns, in snake_case, with exactly the guide's fields. Every rule lives below, in
 * campaigns/.
 */
@ApiTags('Marketing')
@Controller('marketing/campaigns')
export class MarketingCampaignsController {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly drafts: CampaignDrafts,
    private readonly lifecycle: CampaignLifecycle,
    private readonly intake: RecipientIntake,
  ) {}

  @Post()
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'createMarketingCampaign', summary: 'Create a campaign as a draft' })
  @ApiCreatedResponse({ type: CreatedMarketingCampaignDto })
  @Problems(404, 422)
  async create(
    @Caller() caller: Principal,
    @Body() body: CreateMarketingCampaignDto,
  ): Promise<CreatedMarketingCampaignDto> {
    assertMayTarget(caller, { audience: body.target_audience });
    const { id, name, status, templateName } = await this.drafts.create(
      caller.organizationId,
      actorOf(caller),
      inputFrom(body),
    );
    const message = `Campaign '${name}' created successfully`;
    return { id, name, status, template_name: templateName, message };
  }

  @Get()
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'listMarketingCampaigns', summary: 'List campaigns, newest first' })
  @ApiOkResponse({ type: [MarketingCampaignListItemDto] })
  @Problems(400)
  async list(
    @Caller() caller: Principal,
    @Query() query: ListQuery,
  ): Promise<MarketingCampaignListItemDto[]> {
    const { limit, offset } = pageOf({ page: query.page ?? 1, limit: query.limit ?? 50 });
    const status = query.status === undefined ? undefined : parseCampaignStatus(query.status);
    const filter = { status, tag: undefined, search: undefined };
    const rows = await this.campaigns.list(caller.organizationId, filter, {
      before: undefined,
      limit,
      offset,
    });
    return rows.map((row) => MarketingCampaignListItemDto.of(row));
  }

  @Get(':id')
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'getMarketingCampaign', summary: 'Read one campaign with its counts' })
  @ApiOkResponse({ type: MarketingCampaignDto })
  @Problems(400, 404)
  async get(@Caller() caller: Principal, @IdParam() id: string): Promise<MarketingCampaignDto> {
    return MarketingCampaignDto.of(await this.campaigns.get(caller.organizationId, id));
  }

  @Post(':id/recipients')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'addMarketingRecipients',
    summary: 'Add phone numbers, or the target audience',
  })
  @ApiBody({ type: AddRecipientsDto, required: false })
  @ApiOkResponse({ type: AddedRecipientsDto })
  @Problems(400, 404, 409, 422)
  async addRecipients(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Query() query: RecipientsQuery,
    @Body() body?: AddRecipientsDto,
  ): Promise<AddedRecipientsDto> {
    if (query.use_target_audience === true) {
      return AddedRecipientsDto.of(id, await this.intake.addTargetAudience(organizationId, id));
    }
    const items = [
      ...(body?.phone_numbers ?? []).map((phoneNumber) => ({ phoneNumber })),
      ...(body?.recipients ?? []).map(({ phone_number, name, template_parameters }) => ({
        phoneNumber: phone_number,
        name,
        variables: template_parameters,
      })),
    ];
    if (items.length === 0) {
      const detail = 'Give phone_numbers or recipients, or call with ?use_target_audience=true.';
      throw new DomainError('invalid', 'no_numbers', detail, {
        errors: [{ field: 'phone_numbers', message: detail }],
      });
    }
    return AddedRecipientsDto.of(id, await this.intake.addItems(organizationId, id, items));
  }

  @Post(':id/activate')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'activateMarketingCampaign', summary: 'Plan the days and start' })
  @ApiOkResponse({ type: ActivatedCampaignDto })
  @Problems(400, 404, 409, 422)
  async activate(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Query() { start_date }: ActivateQuery,
  ): Promise<ActivatedCampaignDto> {
    if (start_date !== undefined && !isDay(start_date)) {
      const detail = `start_date "${start_date}" is not a date: YYYY-MM-DD is expected, as in 2025-01-15.`;
      throw new DomainError('rule', 'bad_start_date', detail);
    }
    return ActivatedCampaignDto.of(await this.lifecycle.activate(organizationId, id, start_date));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'pauseMarketingCampaign', summary: 'Stop sending until it is resumed' })
  @ApiOkResponse({ type: CampaignStatusDto })
  @Problems(400, 404, 409)
  async pause(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<CampaignStatusDto> {
    return CampaignStatusDto.of(await this.lifecycle.pause(organizationId, id), 'paused');
  }

  @Post(':id/resume')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'resumeMarketingCampaign', summary: 'Resume after a pause' })
  @ApiOkResponse({ type: CampaignStatusDto })
  @Problems(400, 404, 409, 422)
  async resume(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<CampaignStatusDto> {
    return CampaignStatusDto.of(await this.lifecycle.resume(organizationId, id), 'resumed');
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'cancelMarketingCampaign', summary: 'Stop for good' })
  @ApiOkResponse({ type: CampaignStatusDto })
  @Problems(400, 404, 409)
  async cancel(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<CampaignStatusDto> {
    return CampaignStatusDto.of(await this.lifecycle.cancel(organizationId, id), 'cancelled');
  }
}
