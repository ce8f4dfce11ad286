import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { CursorQuery, pageFrom, PageQuery, pageOf } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { Catalogs } from '../catalogs/catalogs.service.js';
import type { ItemStatus } from '../products/catalog-item.entity.js';
import { Conflicts } from '../reading/conflicts.service.js';
import { SyncRuns } from '../sync/sync-runs.service.js';
import { ConflictDto, ConflictPageDto, DecideConflictDto, DecidedConflictDto } from './conflict.dto.js';
import { StartSyncQuery, SyncRunDto, SyncRunPageDto } from './sync-run.dto.js';

@ApiTags('Catalogs')
@Controller('whatsapp/catalogs/:id')
export class SyncController {
  constructor(
    private readonly runs: SyncRuns,
    private readonly conflicts: Conflicts,
    private readonly catalogs: Catalogs,
  ) {}

  @Post('sync')
  @HttpCode(202)
  @RequireScope('catalog:write')
  @ApiOperation({
    operationId: 'syncCatalog',
    summary:
      'Synchronise a catalog with Meta; while a run is open, that one is returned and another follows it',
  })
  @ApiAcceptedResponse({ type: SyncRunDto })
  @Problems(400, 404)
  async start(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @Query() { mode = 'full', dryRun = false }: StartSyncQuery,
  ): Promise<SyncRunDto> {
    const wanted = { mode, trigger: 'manual' as const, isDryRun: dryRun };
    return SyncRunDto.of(await this.runs.start(organizationId, catalogId, wanted));
  }

  @Get('sync')
  @RequireScope('catalog:read')
  @ApiOperation({ operationId: 'listSyncRuns', summary: 'List the sync runs of a catalog, newest first' })
  @ApiOkResponse({ type: SyncRunPageDto })
  @Problems(400, 404)
  async list(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @Query() query: PageQuery,
  ): Promise<SyncRunPageDto> {
    const page = pageOf(query);
    const [runs, total] = await this.runs.list(organizationId, catalogId, page);
    return { data: runs.map((run) => SyncRunDto.of(run)), page: page.page, limit: page.limit, total };
  }

  @Get('sync/:runId')
  @RequireScope('catalog:read')
  @ApiOperation({ operationId: 'getSyncRun', summary: 'Read the progress or outcome of a sync run' })
  @ApiOkResponse({ type: SyncRunDto })
  @Problems(400, 404)
  async get(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('runId') runId: string,
  ): Promise<SyncRunDto> {
    return SyncRunDto.of(await this.runs.get(organizationId, catalogId, runId));
  }

  @Delete('sync/:runId')
  @RequireScope('catalog:write')
  @ApiOperation({ operationId: 'stopSyncRun', summary: 'Stop a sync run after the call under way' })
  @ApiOkResponse({ type: SyncRunDto })
  @Problems(400, 404)
  async stop(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('runId') runId: string,
  ): Promise<SyncRunDto> {
    return SyncRunDto.of(await this.runs.stop(organizationId, catalogId, runId));
  }

  @Get('conflicts')
  @RequireScope('catalog:read')
  @ApiOperation({
    operationId: 'listConflicts',
    summary: 'List items that were changed here and at Meta, and wait for a decision',
  })
  @ApiOkResponse({ type: ConflictPageDto })
  @Problems(400, 404)
  async listConflicts(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @Query() query: CursorQuery,
  ): Promise<ConflictPageDto> {
    await this.catalogs.get(organizationId, catalogId);
    return pageFrom(query, {
      rows: (place) => this.conflicts.list(organizationId, catalogId, place),
      show: (row) => ConflictDto.of(row),
      count: () => this.conflicts.count(organizationId, catalogId),
    });
  }

  @Post('conflicts/:itemId')
  @HttpCode(200)
  @RequireScope('catalog:write')
  @ApiOperation({ operationId: 'decideConflict', summary: 'Decide whose values an item keeps' })
  @ApiOkResponse({ type: DecidedConflictDto })
  @Problems(400, 404, 409, 422)
  async decide(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('itemId') itemId: string,
    @Body() { take }: DecideConflictDto,
  ): Promise<DecidedConflictDto> {
    const decided = await this.conflicts.decide(organizationId, catalogId, itemId, take);
    return { ...decided, status: decided.status as ItemStatus };
  }
}
