import { Body, Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { actorOf, Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { ExperimentDecisions } from './experiment-decisions.service.js';
import { ExperimentDrops } from './experiment-drops.service.js';
import {
  DecideExperimentDto,
  DefineExperimentDto,
  DropVariantDto,
  DroppedVariantDto,
  ExperimentDto,
} from './experiment.dto.js';
import { Experiments } from './experiments.service.js';

@ApiTags('Experiments')
@Controller('whatsapp/campaigns/:id/experiment')
export class ExperimentsController {
  constructor(
    private readonly experiments: Experiments,
    private readonly decisions: ExperimentDecisions,
    private readonly drops: ExperimentDrops,
  ) {}

  @Put()
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'defineExperiment',
    summary: 'Send several variants in one campaign; possible until it starts',
  })
  @ApiOkResponse({ type: ExperimentDto })
  @Problems(400, 404, 409, 422)
  async define(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Body() body: DefineExperimentDto,
  ): Promise<ExperimentDto> {
    return ExperimentDto.of(await this.experiments.define(organizationId, id, body));
  }

  @Get()
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'getExperiment',
    summary: 'The experiment, its state, and who has which variant',
  })
  @ApiOkResponse({ type: ExperimentDto })
  @Problems(400, 404)
  async get(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<ExperimentDto> {
    return ExperimentDto.of(await this.experiments.get(organizationId, id));
  }

  @Delete()
  @HttpCode(204)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'deleteExperiment',
    summary: 'Send one message again; possible until the start',
  })
  @ApiNoContentResponse()
  @Problems(400, 404, 409)
  async remove(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<void> {
    await this.experiments.remove(organizationId, id);
  }

  @Post('decide')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'decideExperiment',
    summary: 'Give a variant to everybody who has not been attempted',
  })
  @ApiOkResponse({ type: ExperimentDto })
  @Problems(400, 404, 409, 422)
  async decide(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() { variant: key, reason }: DecideExperimentDto,
  ): Promise<ExperimentDto> {
    const { organizationId } = caller;
    await this.decisions.decideByKey({
      organizationId,
      campaignId: id,
      key,
      by: actorOf(caller),
      reason: reason ?? null,
    });
    return ExperimentDto.of(await this.experiments.get(organizationId, id));
  }

  @Post('drop')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'dropVariant',
    summary: 'Take a variant out; its unsent people get the others, and the experiment is invalid',
  })
  @ApiOkResponse({ type: DroppedVariantDto })
  @Problems(400, 404, 409, 422)
  async drop(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Body() { variant }: DropVariantDto,
  ): Promise<DroppedVariantDto> {
    return { reassigned: await this.drops.drop(organizationId, id, variant) };
  }
}
