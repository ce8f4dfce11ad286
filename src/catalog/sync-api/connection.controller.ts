import { Body, Controller, Delete, Get, HttpCode, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { CatalogConnection } from '../sync/catalog-connection.service.js';
import { ConnectCatalogDto, ConnectionDto } from './connection.dto.js';

@ApiTags('Catalogs')
@Controller('whatsapp/catalogs/:id/connection')
export class ConnectionController {
  constructor(private readonly connection: CatalogConnection) {}

  @Get()
  @RequireScope('catalog:read')
  @ApiOperation({
    operationId: 'getConnection',
    summary: 'Ask Meta whether the account sells from the catalog, and how its numbers show it',
  })
  @ApiOkResponse({ type: ConnectionDto })
  @Problems(400, 404, 422, 429, 502, 503)
  async get(@Caller() { organizationId }: Principal, @IdParam() catalogId: string): Promise<ConnectionDto> {
    return this.connection.read(organizationId, catalogId);
  }

  @Put()
  @RequireScope('catalog:write')
  @ApiOperation({
    operationId: 'connectCatalog',
    summary: 'Let the account sell from the catalog, and set how its numbers show it',
  })
  @ApiOkResponse({ type: ConnectionDto })
  @Problems(400, 404, 409, 422, 429, 502, 503)
  async put(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @Body() body: ConnectCatalogDto,
  ): Promise<ConnectionDto> {
    return this.connection.connect(organizationId, catalogId, body);
  }

  @Delete()
  @HttpCode(204)
  @RequireScope('catalog:write')
  @ApiOperation({ operationId: 'disconnectCatalog', summary: 'Stop selling from the catalog' })
  @ApiNoContentResponse()
  @Problems(400, 404, 422, 429, 502, 503)
  async delete(@Caller() { organizationId }: Principal, @IdParam() catalogId: string): Promise<void> {
    await this.connection.disconnect(organizationId, catalogId);
  }
}
