import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { PageQuery, pageOf } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { CreateSenderDto, SenderDto, SenderPageDto, SyncedSenderDto, UpdateSenderDto } from './sender.dto.js';
import { SenderStates } from '../sender-states.service.js';
import { SenderSync } from '../health/sender-sync.service.js';
import { SendersService, type SenderWithPortfolio } from '../directory/senders.service.js';

@ApiTags('Senders')
@Controller('whatsapp/senders')
export class SendersController {
  constructor(
    private readonly senders: SendersService,
    private readonly senderSync: SenderSync,
    private readonly states: SenderStates,
  ) {}

  @Post()
  @RequireScope('admin')
  @ApiOperation({ operationId: 'createSender', summary: 'Connect a WhatsApp business number' })
  @ApiCreatedResponse({ type: SenderDto })
  @Problems(400, 409, 422)
  async create(@Caller() caller: Principal, @Body() body: CreateSenderDto): Promise<SenderDto> {
    return this.shown(await this.senders.create(caller.organizationId, body));
  }

  @Get()
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'listSenders', summary: 'List the connected numbers' })
  @ApiOkResponse({ type: SenderPageDto })
  @Problems(400)
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<SenderPageDto> {
    const page = pageOf(query);
    const [senders, total] = await this.senders.list(caller.organizationId, page);
    const data = (await this.states.of(senders)).map((one) => SenderDto.of(one));
    return { data, page: page.page, limit: page.limit, total };
  }

  @Get(':id')
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'getSender', summary: 'Read one number' })
  @ApiOkResponse({ type: SenderDto })
  @Problems(400, 404)
  async get(@Caller() caller: Principal, @IdParam() id: string): Promise<SenderDto> {
    return this.shown(await this.senders.get(caller.organizationId, id));
  }

  @Put(':id')
  @RequireScope('admin')
  @ApiOperation({ operationId: 'updateSender', summary: 'Change a number; what is left out stays as it is' })
  @ApiOkResponse({ type: SenderDto })
  @Problems(400, 404, 409, 422)
  async update(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: UpdateSenderDto,
  ): Promise<SenderDto> {
    return this.shown(await this.senders.update(caller.organizationId, id, body));
  }

  // It only fetches what Meta says anyway, so whoever may send may also ask.
  @Post(':id/sync')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'syncSender',
    summary: "Fetch a number's names, quality, throughput, health and messaging limit from Meta",
  })
  @ApiOkResponse({ type: SyncedSenderDto })
  @Problems(400, 404, 422, 429, 503)
  async sync(@Caller() caller: Principal, @IdParam() id: string): Promise<SyncedSenderDto> {
    const { warnings, ...synced } = await this.senderSync.sync(caller.organizationId, id);
    return Object.assign(await this.shown(synced), { warnings });
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('admin')
  @ApiOperation({ operationId: 'deleteSender', summary: 'Disconnect a number' })
  @ApiNoContentResponse()
  @Problems(400, 404, 409)
  async delete(@Caller() caller: Principal, @IdParam() id: string): Promise<void> {
    await this.senders.delete(caller.organizationId, id);
  }

  private async shown(one: SenderWithPortfolio): Promise<SenderDto> {
    const [shown] = await this.states.of([one]);
    if (shown === undefined) throw new TypeError('one sender has one state');
    return SenderDto.of(shown);
  }
}
