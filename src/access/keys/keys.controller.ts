import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { pageOf } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope, SensitiveRead } from '../../platform/http/route-access.js';
import { CreatedKeyDto, CreateKeyDto, KeyDto, KeyPageDto, KeyQuery, KeysQuery } from './key.dto.js';
import { Keys } from './keys.service.js';

@ApiTags('Access')
@Controller('keys')
@RequireScope('admin')
export class KeysController {
  constructor(private readonly keys: Keys) {}

  @Post()
  @ApiOperation({ operationId: 'createKey', summary: 'Create a key; it is shown only in this response' })
  @ApiCreatedResponse({ type: CreatedKeyDto })
  @Problems(400, 404, 409, 422)
  async create(@Caller() caller: Principal, @Body() body: CreateKeyDto): Promise<CreatedKeyDto> {
    const organizationId = body.organizationId ?? caller.organizationId;
    const { row, key } = await this.keys.create(caller.organizationId, {
      name: body.name,
      scopes: body.scopes,
      organizationId,
    });
    return CreatedKeyDto.with(row, key);
  }

  @Get()
  @SensitiveRead()
  @ApiOperation({ operationId: 'listKeys', summary: 'List keys, revoked ones included, newest first' })
  @ApiOkResponse({ type: KeyPageDto })
  @Problems(400, 404)
  async list(@Caller() caller: Principal, @Query() query: KeysQuery): Promise<KeyPageDto> {
    const page = pageOf(query);
    const organizationId = query.organizationId ?? caller.organizationId;
    const [keys, total] = await this.keys.list(caller.organizationId, organizationId, page);
    return { data: keys.map((key) => KeyDto.of(key)), page: page.page, limit: page.limit, total };
  }

  @Delete(':id')
  @ApiOperation({ operationId: 'revokeKey', summary: 'Revoke a key; it stops working at once' })
  @ApiOkResponse({ type: KeyDto })
  @Problems(400, 404)
  async revoke(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Query() query: KeyQuery,
  ): Promise<KeyDto> {
    const organizationId = query.organizationId ?? caller.organizationId;
    return KeyDto.of(await this.keys.revoke(caller.organizationId, id, organizationId));
  }
}
