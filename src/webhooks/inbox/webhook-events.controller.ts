import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope, SensitiveRead } from '../../platform/http/route-access.js';
import {
  WebhookEventDto,
  WebhookEventPageDto,
  WebhookEventsQuery,
  WebhookEventWithPayloadDto,
} from './webhook-events.dto.js';
import { WebhookEvents } from './webhook-events.service.js';

@ApiTags('Webhooks')
@Controller('webhook-events')
export class WebhookEventsController {
  constructor(private readonly events: WebhookEvents) {}

  @Get()
  @RequireScope('webhooks:read')
  @ApiOperation({ operationId: 'listWebhookEvents', summary: 'List the events from Meta, newest first' })
  @ApiOkResponse({ type: WebhookEventPageDto })
  @Problems(400)
  async list(@Caller() caller: Principal, @Query() query: WebhookEventsQuery): Promise<WebhookEventPageDto> {
    const { organizationId } = caller;
    const { status } = query;
    return pageFrom(query, {
      rows: (place) => this.events.list(organizationId, { status, ...place }),
      show: (event) => WebhookEventDto.of(event),
      count: () => this.events.count(organizationId, status),
    });
  }

  @Get(':id')
  @RequireScope('webhooks:read')
  @SensitiveRead()
  @ApiOperation({ operationId: 'getWebhookEvent', summary: 'Read one event with its payload' })
  @ApiOkResponse({ type: WebhookEventWithPayloadDto })
  @Problems(400, 404)
  async get(@Caller() caller: Principal, @IdParam() id: string): Promise<WebhookEventWithPayloadDto> {
    return WebhookEventWithPayloadDto.withPayload(await this.events.get(caller.organizationId, id));
  }

  @Post(':id/replay')
  @HttpCode(200)
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'replayWebhookEvent',
    summary: 'Process an event again: the open parts of a failed one, all parts of any other',
  })
  @ApiOkResponse({ type: WebhookEventDto })
  @Problems(400, 404, 409)
  async replay(@Caller() caller: Principal, @IdParam() id: string): Promise<WebhookEventDto> {
    return WebhookEventDto.of(await this.events.replay(caller.organizationId, id));
  }
}
