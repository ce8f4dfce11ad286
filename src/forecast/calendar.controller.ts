import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../platform/http/principal.js';
import { Problems } from '../platform/http/problem-responses.js';
import { RequireScope } from '../platform/http/route-access.js';
import { CalendarDto, CalendarQuery } from './calendar.dto.js';
import { CampaignCalendars } from './calendar.service.js';
import { dayOf } from './day-of.js';

@ApiTags('Campaigns')
@Controller('whatsapp/calendar')
export class CalendarController {
  constructor(private readonly calendars: CampaignCalendars) {}

  @Get()
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'getCalendar',
    summary: 'What all campaigns have planned and sent, day by day',
  })
  @ApiOkResponse({ type: CalendarDto })
  @Problems(400, 422)
  async days(@Caller() { organizationId }: Principal, @Query() query: CalendarQuery): Promise<CalendarDto> {
    const [from, to] = [dayOf(query.from, 'from'), dayOf(query.to, 'to')];
    return { days: await this.calendars.days(organizationId, from, to) };
  }
}
