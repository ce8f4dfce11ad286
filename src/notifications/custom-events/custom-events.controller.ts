import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiExtraModels,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { validated } from '../../platform/http/validation.js';
import { CustomEventDto, CustomEventListDto, MOST_AT_ONCE, RecordedEventsDto } from './custom-event.dto.js';
import { ToldEvents } from './told-events.service.js';

@ApiTags('Events')
@Controller('events')
export class CustomEventsController {
  constructor(private readonly events: ToldEvents) {}

  @Post()
  @HttpCode(202)
  @RequireScope('events:write')
  @ApiOperation({
    operationId: 'recordEvents',
    summary: 'Record events of your own, each once by its id; of a list, those that are right',
  })
  @ApiExtraModels(CustomEventDto)
  @ApiBody({
    required: true,
    schema: {
      oneOf: [
        { $ref: getSchemaPath(CustomEventDto) },
        {
          type: 'array',
          minItems: 1,
          maxItems: MOST_AT_ONCE,
          items: { $ref: getSchemaPath(CustomEventDto) },
        },
      ],
    },
  })
  @ApiAcceptedResponse({ type: RecordedEventsDto })
  @Problems(400, 422, 429)
  async record(@Caller() { organizationId }: Principal, @Body() body: unknown): Promise<RecordedEventsDto> {
    if (!Array.isArray(body)) {
      return this.events.recordOne(organizationId, await validated(CustomEventDto, body));
    }
    const { events } = await validated(CustomEventListDto, { events: body });
    return this.events.record(organizationId, events);
  }
}
