import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../platform/http/principal.js';
import { RequireScope } from '../platform/http/route-access.js';
import { DailyBatcher } from '../scheduling/daily-batcher.service.js';
import { DailyRunDto } from './daily-run.dto.js';

/** For a scheduler of one's own; the internal one calls the same service. */
@ApiTags('Marketing')
@Controller('marketing/process-daily')
export class DailyRunController {
  constructor(private readonly batcher: DailyBatcher) {}

  @Post()
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'processDaily',
    summary: 'Put on its way what is due today; any number of times a day, nothing twice',
  })
  @ApiOkResponse({ type: DailyRunDto })
  async run(@Caller() { organizationId }: Principal): Promise<DailyRunDto> {
    return DailyRunDto.of(await this.batcher.run(organizationId));
  }
}
