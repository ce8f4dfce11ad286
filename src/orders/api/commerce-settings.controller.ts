import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import {
  type CommerceSettingsChanges,
  ORDER_EVENTS,
  type ReminderSettings,
} from '../settings/commerce-settings.js';
import { CommerceSettingsStore } from '../settings/commerce-settings.service.js';
import { CommerceSettingsDto, type ReminderDto } from './commerce-settings.dto.js';
import { given } from './order-filter.js';

@ApiTags('Orders')
@Controller('whatsapp/commerce-settings')
export class CommerceSettingsController {
  constructor(private readonly settings: CommerceSettingsStore) {}

  @Get()
  @RequireScope('orders:read')
  @ApiOperation({ operationId: 'getCommerceSettings', summary: 'Read how orders are handled' })
  @ApiOkResponse({ type: CommerceSettingsDto })
  async get(@Caller() { organizationId }: Principal): Promise<CommerceSettingsDto> {
    return this.settings.get(organizationId);
  }

  @Put()
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'updateCommerceSettings',
    summary: 'Change how orders are handled; omitted fields stay',
  })
  @ApiOkResponse({ type: CommerceSettingsDto })
  @Problems(400, 422)
  async update(
    @Caller() { organizationId }: Principal,
    @Body() body: CommerceSettingsDto,
  ): Promise<CommerceSettingsDto> {
    return this.settings.update(organizationId, changesIn(body));
  }
}

function changesIn(body: CommerceSettingsDto): CommerceSettingsChanges {
  const { messages, cartReminders, paymentReminders, ...plain } = body;
  const told = ORDER_EVENTS.flatMap((event) => {
    const notice = messages?.[event];
    return notice === undefined ? [] : [[event, given(notice)]];
  });
  return {
    ...(given(plain) as CommerceSettingsChanges),
    ...(cartReminders === undefined ? {} : { cartReminders: cartReminders.map(reminderOf) }),
    ...(paymentReminders === undefined ? {} : { paymentReminders: paymentReminders.map(reminderOf) }),
    ...(messages === undefined
      ? {}
      : { messages: Object.fromEntries(told) as CommerceSettingsChanges['messages'] & {} }),
  };
}

function reminderOf(reminder: ReminderDto): ReminderSettings {
  const { afterMinutes, text = null, templateName = null, templateLanguage = null } = reminder;
  return {
    afterMinutes,
    text,
    templateName,
    templateLanguage,
    templateVariables: reminder.templateVariables ?? {},
  };
}
