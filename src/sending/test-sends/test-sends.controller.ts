import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { TestCampaignDto, TestedCampaignDto } from './test-sends.dto.js';
import { TestSends } from './test-sends.service.js';

@ApiTags('Campaigns')
@Controller('whatsapp/campaigns/:id/test')
export class TestSendsController {
  constructor(private readonly tests: TestSends) {}

  @Post()
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'testCampaign',
    summary: 'Send the message to up to ten numbers now, without adding recipients',
  })
  @ApiOkResponse({ type: TestedCampaignDto })
  @Problems(400, 404, 409, 422, 429)
  async send(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Body() body: TestCampaignDto,
  ): Promise<TestedCampaignDto> {
    return { campaignId: id, results: await this.tests.send(organizationId, id, body) };
  }
}
