import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { CursorQuery, pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { ConsentEventDto, ConsentPageDto, ConsentStatementDto } from './consent.dto.js';
import { CustomerDto } from './customer.dto.js';
import { Customers } from './customers.service.js';

@ApiTags('Customers')
@Controller('whatsapp/customers/:id')
export class ConsentController {
  constructor(private readonly customers: Customers) {}

  @Post('opt-in')
  @HttpCode(200)
  @RequireScope('customers:write')
  @ApiOperation({ operationId: 'optIn', summary: 'Record that a customer agrees to marketing' })
  @ApiOkResponse({ type: CustomerDto })
  @Problems(400, 404, 422)
  async optIn(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: ConsentStatementDto,
  ): Promise<CustomerDto> {
    return CustomerDto.of(
      await this.customers.recordConsent(caller, id, { kind: 'opt_in', ...statementOf(body) }),
    );
  }

  @Post('opt-out')
  @HttpCode(200)
  @RequireScope('customers:write')
  @ApiOperation({ operationId: 'optOut', summary: 'Record that a customer refuses marketing' })
  @ApiOkResponse({ type: CustomerDto })
  @Problems(400, 404, 422)
  async optOut(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: ConsentStatementDto,
  ): Promise<CustomerDto> {
    return CustomerDto.of(
      await this.customers.recordConsent(caller, id, { kind: 'opt_out', ...statementOf(body) }),
    );
  }

  @Get('consent')
  @RequireScope('customers:read')
  @ApiOperation({
    operationId: 'listConsent',
    summary: 'What a customer agreed to and refused, newest first',
  })
  @ApiOkResponse({ type: ConsentPageDto })
  @Problems(400, 404)
  async list(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Query() query: CursorQuery,
  ): Promise<ConsentPageDto> {
    return pageFrom(query, {
      rows: (place) => this.customers.consentHistory(organizationId, id, place),
      show: (row) => ConsentEventDto.of(row),
      count: () => this.customers.countConsentEvents(organizationId, id),
    });
  }
}

function statementOf({ source = 'api', evidence = {}, at }: ConsentStatementDto): {
  source: string;
  evidence: Record<string, unknown>;
  at: Date | undefined;
} {
  return { source, evidence, at: at === undefined ? undefined : new Date(at) };
}
