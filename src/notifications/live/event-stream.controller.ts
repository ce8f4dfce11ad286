import { Controller, Get, Header, Headers, Query, StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { CallerStreams } from '../../access/entry/caller-streams.service.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { AnyKey } from '../../platform/http/route-access.js';
import { STREAM_HEADERS } from '../../platform/http/stream-headers.js';
import { EventStreamQuery } from './event-stream.dto.js';
import { EventStreams } from './event-streams.service.js';

@ApiTags('Events')
@Controller('events')
@AnyKey()
export class EventStreamController {
  constructor(
    private readonly events: EventStreams,
    private readonly streams: CallerStreams,
  ) {}

  @Get('stream')
  @Header(...STREAM_HEADERS.caching)
  @Header(...STREAM_HEADERS.buffering)
  @ApiOperation({
    operationId: 'streamEvents',
    summary: 'Events as they happen, as server-sent events; resumes after the last one for 24 hours',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The id of the last event that arrived; browsers send it by themselves',
    schema: { type: 'string', maxLength: 100 },
  })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ schema: { type: 'string' } })
  @Problems(400)
  async stream(
    @Caller() caller: Principal,
    @Query() { topics, kinds }: EventStreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
  ): Promise<StreamableFile> {
    const asked = { topics: topics?.split(',') ?? [], kinds: kinds?.split(',') ?? [] };
    const selections = this.events.selectionsFor(caller, asked);
    const stream = await this.streams.open(caller, (signal) =>
      this.events.open(caller.organizationId, selections, lastEventId, signal),
    );
    return new StreamableFile(stream, { type: 'text/event-stream' });
  }
}
