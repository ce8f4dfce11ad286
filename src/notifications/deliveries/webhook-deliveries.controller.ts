import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope, SensitiveRead } from '../../platform/http/route-access.js';
import { Deliveries } from './deliveries.service.js';
import {
  ReplayedWebhooksDto,
  ReplayWebhooksDto,
  WebhookDeliveriesQuery,
  WebhookDeliveryDto,
  WebhookDeliveryPageDto,
  WebhookDeliveryWithBodyDto,
} from './webhook-delivery.dto.js';

@ApiTags('Outgoing webhooks')
@Controller('webhook-endpoints')
export class WebhookDeliveriesController {
  constructor(private readonly deliveries: Deliveries) {}

  @Get('deliveries/:id')
  @RequireScope('webhooks:read')
  @SensitiveRead()
  @ApiOperation({ operationId: 'getWebhookDelivery', summary: 'Read one delivery with its body' })
  @ApiOkResponse({ type: WebhookDeliveryWithBodyDto })
  @Problems(400, 404)
  async get(@Caller() caller: Principal, @IdParam() id: string): Promise<WebhookDeliveryWithBodyDto> {
    return WebhookDeliveryWithBodyDto.withBody(await this.deliveries.get(caller, id));
  }

  @Get(':id/deliveries')
  @RequireScope('webhooks:read')
  @ApiOperation({
    operationId: 'listWebhookDeliveries',
    summary: 'List what was sent to an endpoint, newest first',
  })
  @ApiOkResponse({ type: WebhookDeliveryPageDto })
  @Problems(400, 404)
  async list(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Query() query: WebhookDeliveriesQuery,
  ): Promise<WebhookDeliveryPageDto> {
    const { state } = query;
    return pageFrom(query, {
      rows: (place) => this.deliveries.list(organizationId, id, { state, ...place }),
      show: (delivery) => WebhookDeliveryDto.of(delivery),
      count: () => this.deliveries.count(id, state),
    });
  }

  @Post(':id/test')
  @HttpCode(200)
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'testWebhookEndpoint',
    summary: 'Send a message of the type `webhook.test`; read its delivery for the result',
  })
  @ApiOkResponse({ type: WebhookDeliveryDto })
  @Problems(400, 404, 409)
  async test(@Caller() caller: Principal, @IdParam() id: string): Promise<WebhookDeliveryDto> {
    return WebhookDeliveryDto.of(await this.deliveries.test(caller, id));
  }

  @Post(':id/replay')
  @HttpCode(200)
  @RequireScope('webhooks:write')
  @ApiOperation({ operationId: 'replayWebhooks', summary: 'Send messages again, each with the id it had' })
  @ApiOkResponse({ type: ReplayedWebhooksDto })
  @Problems(400, 404, 409)
  async replay(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Body() { since, failed, messageId }: ReplayWebhooksDto,
  ): Promise<ReplayedWebhooksDto> {
    const from = since === undefined ? undefined : new Date(since);
    const request = { since: from, failed: failed === true ? true : undefined, messageId };
    return { replayed: await this.deliveries.replay(organizationId, id, request) };
  }
}
