import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { PaymentAccounts } from '../payment-accounts/payment-accounts.service.js';
import {
  CreatePaymentAccountDto,
  PaymentAccountDto,
  PaymentAccountPageDto,
  PaymentAccountsQuery,
  UpdatePaymentAccountDto,
} from './payment-account.dto.js';

@ApiTags('Orders')
@Controller('whatsapp/payment-accounts')
@RequireScope('admin')
export class PaymentAccountsController {
  constructor(private readonly accounts: PaymentAccounts) {}

  @Post()
  @ApiOperation({
    operationId: 'createPaymentAccount',
    summary: 'Connect a way to be paid; its secrets are never shown',
  })
  @ApiCreatedResponse({ type: PaymentAccountDto })
  @Problems(400, 404, 422)
  async create(
    @Caller() { organizationId }: Principal,
    @Body() body: CreatePaymentAccountDto,
  ): Promise<PaymentAccountDto> {
    return PaymentAccountDto.of(await this.accounts.create(organizationId, body));
  }

  @Get()
  @ApiOperation({ operationId: 'listPaymentAccounts', summary: 'List the payment accounts, newest first' })
  @ApiOkResponse({ type: PaymentAccountPageDto })
  @Problems(400)
  async list(
    @Caller() { organizationId }: Principal,
    @Query() query: PaymentAccountsQuery,
  ): Promise<PaymentAccountPageDto> {
    return pageFrom(query, {
      rows: (place) => this.accounts.list(organizationId, place),
      show: (account) => PaymentAccountDto.of(account),
      count: () => this.accounts.count(organizationId),
    });
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getPaymentAccount', summary: 'Read one payment account' })
  @ApiOkResponse({ type: PaymentAccountDto })
  @Problems(400, 404)
  async get(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<PaymentAccountDto> {
    return PaymentAccountDto.of(await this.accounts.get(organizationId, id));
  }

  @Put(':id')
  @ApiOperation({
    operationId: 'updatePaymentAccount',
    summary: 'Change a payment account; a new webhook secret keeps the old one valid for 24 hours',
  })
  @ApiOkResponse({ type: PaymentAccountDto })
  @Problems(400, 404)
  async update(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Body() body: UpdatePaymentAccountDto,
  ): Promise<PaymentAccountDto> {
    return PaymentAccountDto.of(await this.accounts.update(organizationId, id, body));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deletePaymentAccount',
    summary: 'Delete a payment account over which no money may still come or go back; its payments stay',
  })
  @ApiNoContentResponse()
  @Problems(400, 404, 409)
  async delete(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<void> {
    await this.accounts.delete(organizationId, id);
  }
}
