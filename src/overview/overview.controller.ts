import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../platform/http/principal.js';
import { RequireScope } from '../platform/http/route-access.js';
import { OverviewDto } from './overview.dto.js';
import { Overviews } from './overview.service.js';

@ApiTags('Campaigns')
@Controller('whatsapp/overview')
export class OverviewController {
  constructor(private readonly overviews: Overviews) {}

  @Get()
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'getOverview',
    summary: 'What runs today, how yesterday went, what is next, and what waits for a person',
  })
  @ApiOkResponse({ type: OverviewDto })
  async get(@Caller() caller: Principal): Promise<OverviewDto> {
    return OverviewDto.of(await this.overviews.read(caller));
  }
}
