import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CampaignStats } from '../campaigns/statistics/campaign-stats.service.js';
import { IdParam } from '../platform/http/id-param.js';
import { Caller, type Principal } from '../platform/http/principal.js';
import { Problems } from '../platform/http/problem-responses.js';
import { RequireScope } from '../platform/http/route-access.js';
import { MarketingBatchDto, MarketingDayDto, MarketingStatsDto } from './marketing-stats.dto.js';

@ApiTags('Marketing')
@Controller('marketing/campaigns/:id')
@RequireScope('campaigns:read')
export class MarketingStatsController {
  constructor(private readonly stats: CampaignStats) {}

  @Get('stats')
  @ApiOperation({ operationId: 'getMarketingStats', summary: 'Progress and rates of a campaign' })
  @ApiOkResponse({ type: MarketingStatsDto })
  @Problems(400, 404)
  async read(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<MarketingStatsDto> {
    return MarketingStatsDto.of(await this.stats.marketingStats(organizationId, id));
  }

  @Get('schedule')
  @ApiOperation({ operationId: 'getMarketingSchedule', summary: 'The plan, one row a day' })
  @ApiOkResponse({ type: [MarketingBatchDto] })
  @Problems(400, 404)
  async schedule(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
  ): Promise<MarketingBatchDto[]> {
    return (await this.stats.schedule(organizationId, id)).map((batch) => MarketingBatchDto.of(batch));
  }

  @Get('analytics')
  @ApiOperation({ operationId: 'getMarketingAnalytics', summary: 'Results of each day of sending' })
  @ApiOkResponse({ type: [MarketingDayDto] })
  @Problems(400, 404)
  async analytics(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
  ): Promise<MarketingDayDto[]> {
    return (await this.stats.analytics(organizationId, id)).map((day) => MarketingDayDto.of(day));
  }
}
