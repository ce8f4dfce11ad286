import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../platform/http/principal.js';
import { RequireScope } from '../platform/http/route-access.js';
import { DailyBatcher } from '../scheduling/daily-batcher.service.js';
import { DailyRunDto } from './daily-run.dto.js';

/** For external schedulers; the internal one calls the same service. */
@ApiTags('Marketing')
@Controller('marketing/process-daily')
export class DailyRunController {
  constructor(private readonly batcher: DailyBatcher) {}

  @Post()
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'processDaily',
    summary: 'Release what is due today; can run any number of times a day and releases nothing twice',
  })
  @ApiOkResponse({ type: DailyRunDto })
  async run(@Caller() { organizationId }: Principal): Promise<DailyRunDto> {
    return DailyRunDto.of(await this.batcher.run(organizationId));
  }
}
