import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CursorQuery } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { AuditPageDto } from '../keys/key.dto.js';
import { AuditService } from './audit.service.js';

@ApiTags('Access')
@Controller('audit')
@RequireScope('admin')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @ApiOperation({ operationId: 'listAudit', summary: 'Who did what, newest first' })
  @ApiOkResponse({ type: AuditPageDto })
  @Problems(400)
  async list(@Caller() caller: Principal, @Query() query: CursorQuery): Promise<AuditPageDto> {
    return this.audit.list(caller.organizationId, query);
  }
}
