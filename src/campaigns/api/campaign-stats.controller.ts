import { Controller, Get, Header, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { CallerStreams } from '../../access/entry/caller-streams.service.js';
import { IdParam } from '../../platform/http/id-param.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { STREAM_HEADERS } from '../../platform/http/stream-headers.js';
import { CampaignEvents } from '../statistics/campaign-events.service.js';
import { CampaignCountersDto } from './campaign-events.dto.js';
import { CampaignStatsDto } from './campaign-stats.dto.js';
import { CampaignStats } from '../statistics/campaign-stats.service.js';

@ApiTags('Campaigns')
@Controller('whatsapp/campaigns/:id')
@RequireScope('campaigns:read')
export class CampaignStatsController {
  constructor(
    private readonly stats: CampaignStats,
    private readonly events: CampaignEvents,
    private readonly streams: CallerStreams,
  ) {}

  @Get('stats')
  @ApiOperation({
    operationId: 'getCampaignStats',
    summary: 'Counts, rates, errors and hourly timeline of a campaign',
  })
  @ApiOkResponse({ type: CampaignStatsDto })
  @Problems(400, 404)
  async read(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<CampaignStatsDto> {
    return CampaignStatsDto.of(await this.stats.whatsappStats(organizationId, id));
  }

  @Get('events')
  @Header(...STREAM_HEADERS.caching)
  @Header(...STREAM_HEADERS.buffering)
  @ApiOperation({ operationId: 'watchCampaign', summary: 'Live counts, as server-sent events' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ schema: { type: 'string' } })
  @Problems(400, 404, 429)
  async watch(@Caller() caller: Principal, @IdParam() id: string): Promise<StreamableFile> {
    const show = CampaignCountersDto.of.bind(CampaignCountersDto);
    const stream = await this.streams.open(caller, (signal) =>
      this.events.stream(caller.organizationId, id, show, signal),
    );
    return new StreamableFile(stream, { type: 'text/event-stream' });
  }
}
