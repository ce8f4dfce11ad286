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
    summary: 'Retry failed recipients: by id, by error code, or all unconfirmed ones',
  })
  @ApiOkResponse({ type: RetriedDto })
  @Problems(400, 404, 409, 422)
  async retry(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Body() { ids, errorCode, reason }: RetryRecipientsDto,
  ): Promise<RetriedDto> {
    if (ids === undefined && errorCode === undefined && reason === undefined) {
      throw invalidFields([{ field: 'ids', message: 'give ids, an errorCode or a reason' }]);
    }
    const bad = ids?.find((one) => !isUUID(one));
    if (bad !== undefined) throw invalidFields([{ field: 'ids', message: `"${bad}" is not a UUID` }]);
    const filter = {
      ids: ids?.map((one) => one.toLowerCase()),
      errorCode,
      isUnconfirmed: reason === 'unconfirmed',
    };
    return RetriedDto.of(await this.retries.retry(organizationId, id, filter));
  }
}
