import { Controller, Get, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { CampaignEvents } from '../statistics/campaign-events.service.js';
import { CampaignStatsDto } from './campaign-stats.dto.js';
import { CampaignStats } from '../statistics/campaign-stats.service.js';

@ApiTags('Campaigns')
@Controller('whatsapp/campaigns/:id')
@RequireScope('campaigns:read')
export class CampaignStatsController {
  constructor(
    private readonly stats: CampaignStats,
    private readonly events: CampaignEvents,
  ) {}

  @Get('stats')
  @ApiOperation({
    operationId: 'getCampaignStats',
    summary: 'Counts, rates, errors and the hours of a campaign',
  })
  @ApiOkResponse({ type: CampaignStatsDto })
  @Problems(400, 404)
  async read(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<CampaignStatsDto> {
    return CampaignStatsDto.of(await this.stats.whatsappStats(organizationId, id));
  }

  @Get('events')
  @ApiOperation({ operationId: 'watchCampaign', summary: 'The counts as they change, as server-sent events' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ schema: { type: 'string' } })
  @Problems(400, 404)
  async watch(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<StreamableFile> {
    return new StreamableFile(await this.events.stream(organizationId, id), { type: 'text/event-stream' });
  }
}
