import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { pageFrom } from '../platform/http/paging.js';
import { Caller, type Principal } from '../platform/http/principal.js';
import { Problems } from '../platform/http/problem-responses.js';
import { RequireScope, SensitiveRead } from '../platform/http/route-access.js';
import { RepliesQuery, ReplyDto, ReplyPageDto } from './activity.dto.js';
import { Activity } from './activity.service.js';

@ApiTags('Campaigns')
@Controller('whatsapp/replies')
export class RepliesController {
  constructor(private readonly activity: Activity) {}

  @Get()
  @RequireScope('campaigns:read')
  @SensitiveRead()
  @ApiOperation({ operationId: 'listReplies', summary: 'What people answered to a campaign' })
  @ApiOkResponse({ type: ReplyPageDto })
  @Problems(400, 404)
  async replies(
    @Caller() { organizationId }: Principal,
    @Query() { campaignId, ...query }: RepliesQuery,
  ): Promise<ReplyPageDto> {
    const of = { organizationId, campaignId };
    const total = await this.activity.countReplies(of);
    return pageFrom(query, {
      rows: (place) => this.activity.replies(of, place),
      show: (row) => ReplyDto.of(row),
      count: () => Promise.resolve(total),
    });
  }
}
