import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../platform/http/id-param.js';
import { CursorQuery, pageFrom } from '../platform/http/paging.js';
import { Caller, type Principal } from '../platform/http/principal.js';
import { Problems } from '../platform/http/problem-responses.js';
import { RequireScope, SensitiveRead } from '../platform/http/route-access.js';
import { ActivityDto, ActivityPageDto } from './activity.dto.js';
import { ACTIVITY_PARTS } from './activity.queries.js';
import { Activity } from './activity.service.js';

@ApiTags('Customers')
@Controller('whatsapp/customers/:id/activity')
export class ActivityController {
  constructor(private readonly activity: Activity) {}

  @Get()
  @RequireScope('customers:read')
  @SensitiveRead()
  @ApiOperation({
    operationId: 'listCustomerActivity',
    summary: 'Messages, campaigns, orders and consent of one customer in one list, newest first',
  })
  @ApiOkResponse({ type: ActivityPageDto })
  @Problems(400, 404)
  async list(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Query() query: CursorQuery,
  ): Promise<ActivityPageDto> {
    const seen = await this.activity.of(caller, id);
    const page = await pageFrom(query, {
      rows: (place) => this.activity.list(seen, place),
      show: (row) => ActivityDto.of(row),
      count: () => this.activity.count(seen),
    });
    return { ...page, hidden: ACTIVITY_PARTS.filter((part) => !seen.parts.includes(part)) };
  }
}
