import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope, SensitiveRead } from '../../platform/http/route-access.js';
import {
  WebhookEventDto,
  WebhookEventPageDto,
  WebhookEventsQuery,
  WebhookEventWithPayloadDto,
} from './webhook-events.dto.js';
import { WebhookEventsService } from './webhook-events.service.js';

@ApiTags('Webhooks')
@Controller('webhook-events')
export class WebhookEventsController {
  constructor(private readonly events: WebhookEventsService) {}

  @Get()
  @RequireScope('webhooks:read')
  @ApiOperation({ operationId: 'listWebhookEvents', summary: 'What Meta has sent, newest first' })
  @ApiOkResponse({ type: WebhookEventPageDto })
  @Problems(400)
  async list(@Caller() caller: Principal, @Query() query: WebhookEventsQuery): Promise<WebhookEventPageDto> {
    return this.events.list(caller.organizationId, query);
  }

  @Get(':id')
  @RequireScope('webhooks:read')
  @SensitiveRead()
  @ApiOperation({ operationId: 'getWebhookEvent', summary: 'Read one event with its payload' })
  @ApiOkResponse({ type: WebhookEventWithPayloadDto })
  @Problems(400, 404)
  async get(@Caller() caller: Principal, @IdParam() id: string): Promise<WebhookEventWithPayloadDto> {
    return this.events.get(caller.organizationId, id);
  }

  @Post(':id/replay')
  @HttpCode(200)
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'replayWebhookEvent',
    summary: 'Process an event again: what is open of a failed one, all of any other',
  })
  @ApiOkResponse({ type: WebhookEventDto })
  @Problems(400, 404, 409)
  async replay(@Caller() caller: Principal, @IdParam() id: string): Promise<WebhookEventDto> {
    return this.events.replay(caller.organizationId, id);
  }
}
