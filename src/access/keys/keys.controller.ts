import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Uuid } from '../../platform/http/fields.js';
import { IdParam } from '../../platform/http/id-param.js';
import { PageQuery, pageOf } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope, SensitiveRead } from '../../platform/http/route-access.js';
import { CreatedKeyDto, CreateKeyDto, KeyDto, KeyPageDto } from './key.dto.js';
import { AccessService } from './keys.service.js';

class KeysQuery extends PageQuery {
  @Uuid({ optional: true, description: 'An organization that was made from the key’s own one' })
  organizationId?: string;
}

class KeyQuery {
  @Uuid({ optional: true, description: 'An organization that was made from the key’s own one' })
  organizationId?: string;
}

@ApiTags('Access')
@Controller('keys')
@RequireScope('admin')
export class KeysController {
  constructor(private readonly access: AccessService) {}

  @Post()
  @ApiOperation({ operationId: 'createKey', summary: 'Make a key; it is shown in this answer only' })
  @ApiCreatedResponse({ type: CreatedKeyDto })
  @Problems(400, 404, 409, 422)
  async create(@Caller() caller: Principal, @Body() body: CreateKeyDto): Promise<CreatedKeyDto> {
    const organizationId = body.organizationId ?? caller.organizationId;
    const { row, key } = await this.access.createKey(caller.organizationId, {
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
    const [keys, total] = await this.access.listKeys(caller.organizationId, organizationId, page);
    return { data: keys.map((key) => KeyDto.of(key)), page: page.page, limit: page.limit, total };
  }

  @Delete(':id')
  @ApiOperation({ operationId: 'revokeKey', summary: 'Revoke a key; it works no more from this moment on' })
  @ApiOkResponse({ type: KeyDto })
  @Problems(400, 404)
  async revoke(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Query() query: KeyQuery,
  ): Promise<KeyDto> {
    const organizationId = query.organizationId ?? caller.organizationId;
    return KeyDto.of(await this.access.revokeKey(caller.organizationId, id, organizationId));
  }
}
