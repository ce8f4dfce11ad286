import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import {
  CreateWebhookEndpointDto,
  UpdateWebhookEndpointDto,
  WebhookEndpointDto,
  WebhookEndpointPageDto,
  WebhookEndpointsQuery,
  WebhookEndpointWithSecretDto,
} from './webhook-endpoint.dto.js';
import { WebhookEndpoints } from './webhook-endpoints.service.js';

@ApiTags('Outgoing webhooks')
@Controller('webhook-endpoints')
export class WebhookEndpointsController {
  constructor(private readonly endpoints: WebhookEndpoints) {}

  @Post()
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'createWebhookEndpoint',
    summary: 'Have events sent to an address; the signing secret is shown only in this response',
  })
  @ApiCreatedResponse({ type: WebhookEndpointWithSecretDto })
  @Problems(400, 422)
  async create(
    @Caller() caller: Principal,
    @Body() body: CreateWebhookEndpointDto,
  ): Promise<WebhookEndpointWithSecretDto> {
    const { url, kinds, description = null } = body;
    const { endpoint, secret } = await this.endpoints.create(caller, { url, kinds, description });
    return WebhookEndpointWithSecretDto.with(endpoint, secret);
  }

  @Get()
  @RequireScope('webhooks:read')
  @ApiOperation({ operationId: 'listWebhookEndpoints', summary: 'List the endpoints, newest first' })
  @ApiOkResponse({ type: WebhookEndpointPageDto })
  @Problems(400)
  async list(
    @Caller() { organizationId }: Principal,
    @Query() query: WebhookEndpointsQuery,
  ): Promise<WebhookEndpointPageDto> {
    return pageFrom(query, {
      rows: (place) => this.endpoints.list(organizationId, place),
      show: (endpoint) => WebhookEndpointDto.of(endpoint),
      count: () => this.endpoints.count(organizationId),
    });
  }

  @Get(':id')
  @RequireScope('webhooks:read')
  @ApiOperation({ operationId: 'getWebhookEndpoint', summary: 'Read one endpoint' })
  @ApiOkResponse({ type: WebhookEndpointDto })
  @Problems(400, 404)
  async get(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<WebhookEndpointDto> {
    return WebhookEndpointDto.of(await this.endpoints.get(organizationId, id));
  }

  @Put(':id')
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'updateWebhookEndpoint',
    summary: 'Change the address, the kinds or the description',
  })
  @ApiOkResponse({ type: WebhookEndpointDto })
  @Problems(400, 404, 422)
  async update(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: UpdateWebhookEndpointDto,
  ): Promise<WebhookEndpointDto> {
    return WebhookEndpointDto.of(await this.endpoints.update(caller, id, body));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'deleteWebhookEndpoint',
    summary: 'Delete an endpoint with everything that waits for it',
  })
  @ApiNoContentResponse()
  @Problems(400, 404)
  async delete(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<void> {
    await this.endpoints.delete(organizationId, id);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Make a new secret, shown only in this response; for 24 hours the old one signs too',
  })
  @ApiOkResponse({ type: WebhookEndpointWithSecretDto })
  @Problems(400, 404)
  async rotate(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
  ): Promise<WebhookEndpointWithSecretDto> {
    const { endpoint, secret } = await this.endpoints.rotateSecret(organizationId, id);
    return WebhookEndpointWithSecretDto.with(endpoint, secret);
  }

  @Post(':id/enable')
  @HttpCode(200)
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'enableWebhookEndpoint',
    summary: 'Send to a disabled endpoint again, what waits for it first',
  })
  @ApiOkResponse({ type: WebhookEndpointDto })
  @Problems(400, 404)
  async enable(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<WebhookEndpointDto> {
    return WebhookEndpointDto.of(await this.endpoints.enable(organizationId, id));
  }
}
