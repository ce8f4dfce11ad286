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
import { SenderHealth } from '../health/sender-health.service.js';
import { SenderSync } from '../health/sender-sync.service.js';
import { Senders, type SenderWithPortfolio } from '../directory/senders.service.js';
import { SenderRemoval } from '../directory/sender-removal.service.js';

@ApiTags('Senders')
@Controller('whatsapp/senders')
export class SendersController {
  constructor(
    private readonly senders: Senders,
    private readonly removal: SenderRemoval,
    private readonly senderSync: SenderSync,
    private readonly health: SenderHealth,
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
    const data = (await this.health.statesOf(senders)).map((one) => SenderDto.of(one));
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
  @ApiOperation({ operationId: 'updateSender', summary: 'Change a number; omitted fields keep their value' })
  @ApiOkResponse({ type: SenderDto })
  @Problems(400, 404, 409, 422, 429, 503)
  async update(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: UpdateSenderDto,
  ): Promise<SenderDto> {
    return this.shown(await this.senders.update(caller.organizationId, id, body));
  }

  // It only stores what Meta reports, so a key that may send may also sync.
  @Post(':id/sync')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'syncSender',
    summary: "Fetch a number's names, quality, throughput, health and messaging limit from Meta",
  })
  @ApiOkResponse({ type: SyncedSenderDto })
  @Problems(400, 404, 409, 422, 429, 503)
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
    await this.removal.delete(caller.organizationId, id);
  }

  private async shown(one: SenderWithPortfolio): Promise<SenderDto> {
    const [shown] = await this.health.statesOf([one]);
    if (shown === undefined) throw new TypeError('one sender has one state');
    return SenderDto.of(shown);
  }
}
