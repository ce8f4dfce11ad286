import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { OrganizationSettingsDto, UpdateOrganizationSettingsDto } from './organization-settings.dto.js';
import { OrganizationSettingsStore } from './organization-settings.service.js';

@ApiTags('Access')
@Controller('organization')
@RequireScope('admin')
export class OrganizationSettingsController {
  constructor(
    private readonly settings: OrganizationSettingsStore,
    private readonly calendar: CalendarSettings,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'getOrganization', summary: 'Read the settings of your organization' })
  @ApiOkResponse({ type: OrganizationSettingsDto })
  async get(@Caller() caller: Principal): Promise<OrganizationSettingsDto> {
    return OrganizationSettingsDto.with(await this.settings.get(caller.organizationId), this.calendar);
  }

  @Put()
  @ApiOperation({
    operationId: 'updateOrganization',
    summary: 'Change the settings of your organization; omitted fields stay as they are',
  })
  @ApiOkResponse({ type: OrganizationSettingsDto })
  async update(
    @Caller() caller: Principal,
    @Body() body: UpdateOrganizationSettingsDto,
  ): Promise<OrganizationSettingsDto> {
    const updated = await this.settings.update(caller.organizationId, body);
    return OrganizationSettingsDto.with(updated, this.calendar);
  }
}
