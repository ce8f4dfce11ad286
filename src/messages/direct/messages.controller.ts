import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { DirectMessages } from './direct-messages.service.js';
import { MessageDto, MessagePageDto, MessagesQuery } from './listed-message.dto.js';
import { ListedMessages } from './listed-messages.service.js';
import { QueuedMessageDto, SendMessageDto } from './send-message.dto.js';

@ApiTags('Messages')
@Controller('whatsapp/messages')
export class MessagesController {
  constructor(
    private readonly direct: DirectMessages,
    private readonly messages: ListedMessages,
  ) {}

  @Post()
  @HttpCode(202)
  @RequireScope('messages:write')
  @ApiOperation({ operationId: 'sendMessage', summary: 'Send one message to one person' })
  @ApiAcceptedResponse({ type: QueuedMessageDto })
  @Problems(400, 404, 409, 422, 503)
  async send(
    @Caller() { organizationId }: Principal,
    @Body() body: SendMessageDto,
  ): Promise<QueuedMessageDto> {
    return { id: await this.direct.send(organizationId, body), status: 'queued' };
  }

  @Get()
  @RequireScope('messages:read')
  @ApiOperation({ operationId: 'listMessages', summary: 'List the outgoing messages, newest first' })
  @ApiOkResponse({ type: MessagePageDto })
  @Problems(400, 404)
  async list(
    @Caller() { organizationId }: Principal,
    @Query() query: MessagesQuery,
  ): Promise<MessagePageDto> {
    const filter = await this.messages.filter(organizationId, query);
    return pageFrom(query, {
      rows: (place) => this.messages.list(filter, place),
      show: (row) => MessageDto.of(row),
      count: () => this.messages.count(filter),
    });
  }

  @Get(':id')
  @RequireScope('messages:read')
  @ApiOperation({ operationId: 'getMessage', summary: 'Read one message: its status, and why' })
  @ApiOkResponse({ type: MessageDto })
  @Problems(400, 404)
  async get(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<MessageDto> {
    return MessageDto.of(await this.messages.get(organizationId, id));
  }
}
