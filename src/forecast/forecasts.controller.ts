import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { inputFrom, RATE_LIMIT } from '../campaigns/api/create-campaign.dto.js';
import { IdParam } from '../platform/http/id-param.js';
import { Caller, type Principal } from '../platform/http/principal.js';
import { Problems } from '../platform/http/problem-responses.js';
import { RequireScope } from '../platform/http/route-access.js';
import { dayOf } from './day-of.js';
import { ForecastSavedDto, ForecastUnsavedDto } from './forecast-request.dto.js';
import { ForecastDto } from './forecast.dto.js';
import { Forecasts } from './forecasts.service.js';

@ApiTags('Campaigns')
@Controller('whatsapp/campaigns')
export class ForecastsController {
  constructor(private readonly forecasts: Forecasts) {}

  @Post('forecast')
  @HttpCode(200)
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'forecastNewCampaign',
    summary: 'What would happen to a campaign that is not saved',
    description:
      'The fields of a new campaign and its people. Nothing is stored. Choosing customers by their data needs `customers:read`.',
  })
  @ApiOkResponse({ type: ForecastDto })
  @Problems(400, 404, 422, 503)
  async unsaved(@Caller() caller: Principal, @Body() body: ForecastUnsavedDto): Promise<ForecastDto> {
    const { templateName, recipients, startDate, rateLimit = RATE_LIMIT } = body;
    const input = { ...inputFrom(body), name: body.name ?? templateName, templateName, rateLimit };
    return this.forecasts.unsaved(caller, input, { recipients, startDate: dayOf(startDate, 'startDate') });
  }

  @Post(':id/forecast')
  @HttpCode(200)
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'forecastCampaign',
    summary: 'Who will get a campaign, on which days, and what stands in the way',
    description:
      'Plans and judges as the engine does, and changes nothing. The body may change settings for the forecast alone. ' +
      'A draft that chooses customers by their data needs `customers:read`.',
  })
  @ApiOkResponse({ type: ForecastDto })
  @Problems(400, 404, 409, 422, 503)
  async saved(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: ForecastSavedDto,
  ): Promise<ForecastDto> {
    const { startDate, ...changes } = body;
    return this.forecasts.saved(caller, id, { ...changes, startDate: dayOf(startDate, 'startDate') });
  }
}
