import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Problems } from '../platform/http/problem-responses.js';
import { RequireScope } from '../platform/http/route-access.js';
import { planSample } from './plan-sample.js';
import { SampleSizeDto, SampleSizeQuestionDto } from './sample-size.dto.js';

@ApiTags('Experiments')
@Controller('whatsapp/experiments')
export class SampleSizesController {
  @Post('sample-size')
  @HttpCode(200)
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'planSampleSize',
    summary: 'How many people a test needs, and what it could find after each day',
    description:
      'For a comparison that is read once, at its end. A test that is read at every look needs more.',
  })
  @ApiOkResponse({ type: SampleSizeDto })
  @Problems(400)
  plan(@Body() body: SampleSizeQuestionDto): SampleSizeDto {
    const { baseline, effect, power = 0.8, alpha = 0.05, variants = 2 } = body;
    const { audience = null, dailyLimit = null } = body;
    return SampleSizeDto.of(planSample({ baseline, effect, power, alpha, variants, audience, dailyLimit }));
  }
}
