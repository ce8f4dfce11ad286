import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireOperator } from '../../platform/http/route-access.js';
import { CreateOrganizationDto, OrganizationDto } from './organization.dto.js';
import { Organizations } from './organizations.service.js';

@ApiTags('Access')
@Controller('organizations')
export class OrganizationsController {
  constructor(private readonly organizations: Organizations) {}

  @Post()
  @RequireOperator()
  @ApiOperation({
    operationId: 'createOrganization',
    summary: 'Create another organization in this installation',
  })
  @ApiCreatedResponse({ type: OrganizationDto })
  @Problems(400, 409, 422)
  async create(
    @Caller() caller: Principal,
    @Body() { name }: CreateOrganizationDto,
  ): Promise<OrganizationDto> {
    return OrganizationDto.of(await this.organizations.create(caller.organizationId, name));
  }
}
