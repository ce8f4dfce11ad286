import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { CreateOrganizationDto, OrganizationDto } from '../keys/key.dto.js';
import { AccessService } from '../keys/keys.service.js';

@ApiTags('Access')
@Controller('organizations')
@RequireScope('admin')
export class OrganizationsController {
  constructor(private readonly access: AccessService) {}

  @Post()
  @ApiOperation({
    operationId: 'createOrganization',
    summary: 'Make another organization in this installation',
  })
  @ApiCreatedResponse({ type: OrganizationDto })
  @Problems(400, 409, 422)
  async create(
    @Caller() caller: Principal,
    @Body() { name }: CreateOrganizationDto,
  ): Promise<OrganizationDto> {
    return OrganizationDto.of(await this.access.createOrganization(caller.organizationId, name));
  }
}
