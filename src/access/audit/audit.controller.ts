import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { AuditEntryDto, AuditPageDto, AuditQuery } from './audit.dto.js';
import { AuditTrail } from './audit.service.js';

@ApiTags('Access')
@Controller('audit')
@RequireScope('admin')
export class AuditController {
  constructor(private readonly audit: AuditTrail) {}

  @Get()
  @ApiOperation({ operationId: 'listAudit', summary: 'Who did what, newest first' })
  @ApiOkResponse({ type: AuditPageDto })
  @Problems(400)
  async list(@Caller() caller: Principal, @Query() query: AuditQuery): Promise<AuditPageDto> {
    const { organizationId } = caller;
    return pageFrom(query, {
      rows: (place) => this.audit.list(organizationId, query, place),
      show: (row) => AuditEntryDto.of(row),
      count: () => this.audit.count(organizationId, query),
    });
  }
}
