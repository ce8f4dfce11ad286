import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import { IdParam } from '../../platform/http/id-param.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { invalidFields } from '../../platform/http/validation.js';
import { RetriedDto, RetryRecipientsDto } from './recipient-retries.dto.js';
import { RecipientRetries } from '../lifecycle/recipient-retries.service.js';

@ApiTags('Campaigns')
@Controller('whatsapp/campaigns/:id/recipients/retry')
export class RecipientRetriesController {
  constructor(private readonly retries: RecipientRetries) {}

  @Post()
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'retryCampaignRecipients',
    summary: 'Retry failed recipients: by id, or by what the list filters by',
  })
  @ApiOkResponse({ type: RetriedDto })
  @Problems(400, 404, 409, 422)
  async retry(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Body() { ids, errorCode, reason, search, day }: RetryRecipientsDto,
  ): Promise<RetriedDto> {
    const filter = { errorCode, reason, search, day };
    if ([ids, ...Object.values(filter)].every((given) => given === undefined)) {
      throw invalidFields([{ field: 'ids', message: 'give ids, an errorCode, a reason, a search or a day' }]);
    }
    const bad = ids?.find((one) => !isUUID(one));
    if (bad !== undefined) throw invalidFields([{ field: 'ids', message: `"${bad}" is not a UUID` }]);
    const request = { ...filter, ids: ids?.map((one) => one.toLowerCase()) };
    return RetriedDto.of(await this.retries.retry(organizationId, id, request));
  }
}
