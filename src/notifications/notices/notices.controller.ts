import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { AnyKey } from '../../platform/http/route-access.js';
import { NotificationDto, NotificationPageDto, NotificationsQuery } from './notice.dto.js';
import { Notices } from './notices.service.js';

@ApiTags('Notifications')
@Controller('notifications')
@AnyKey()
export class NoticesController {
  constructor(private readonly notices: Notices) {}

  @Get()
  @ApiOperation({ operationId: 'listNotifications', summary: 'List what people should know, newest first' })
  @ApiOkResponse({ type: NotificationPageDto })
  @Problems(400)
  async list(@Caller() caller: Principal, @Query() query: NotificationsQuery): Promise<NotificationPageDto> {
    const { unread = false } = query;
    return pageFrom(query, {
      rows: (place) => this.notices.list(caller, unread, place),
      show: (notice) => NotificationDto.of(notice),
      count: () => this.notices.count(caller, unread),
    });
  }

  @Post(':id/read')
  @HttpCode(200)
  @ApiOperation({ operationId: 'readNotification', summary: 'Mark a notification as read by the caller' })
  @ApiOkResponse({ type: NotificationDto })
  @Problems(400, 404)
  async read(@Caller() caller: Principal, @IdParam() id: string): Promise<NotificationDto> {
    return NotificationDto.of(await this.notices.read(caller, id));
  }
}
