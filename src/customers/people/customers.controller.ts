import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import {
  AnswerTag,
  Conditional,
  type GiveTag,
  IfMatch,
  type Precondition,
  TAGGED,
} from '../../platform/http/entity-tag.js';
import { IdParam } from '../../platform/http/id-param.js';
import { pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import {
  CreateCustomerDto,
  CustomerDetailsDto,
  CustomerDto,
  CustomerPageDto,
  CustomersQuery,
  searchOf,
  UpdateCustomerDto,
} from './customer.dto.js';
import { customerTag } from './customer-tag.js';
import { Customers } from './customers.service.js';

@ApiTags('Customers')
@Controller('whatsapp/customers')
export class CustomersController {
  constructor(private readonly customers: Customers) {}

  @Post()
  @RequireScope('customers:write')
  @ApiOperation({ operationId: 'createCustomer', summary: 'Add a customer; one person has one profile' })
  @ApiCreatedResponse({ type: CustomerDto })
  @Problems(400, 409, 422)
  async create(@Caller() caller: Principal, @Body() body: CreateCustomerDto): Promise<CustomerDto> {
    return CustomerDto.of(await this.customers.create(caller, body));
  }

  @Get()
  @RequireScope('customers:read')
  @ApiOperation({ operationId: 'listCustomers', summary: 'Search and list customers, newest first' })
  @ApiOkResponse({ type: CustomerPageDto })
  @Problems(400)
  async list(
    @Caller() { organizationId }: Principal,
    @Query() query: CustomersQuery,
  ): Promise<CustomerPageDto> {
    const filter = await this.customers.filter(organizationId, searchOf(query));
    return pageFrom(query, {
      rows: (place) => this.customers.list(organizationId, filter, place),
      show: (row) => CustomerDto.of(row),
      count: () => this.customers.count(organizationId, filter),
    });
  }

  @Get(':id')
  @RequireScope('customers:read')
  @ApiOperation({ operationId: 'getCustomer', summary: 'Read one customer' })
  @ApiOkResponse({ type: CustomerDetailsDto, ...TAGGED })
  @Problems(400, 404)
  async get(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @AnswerTag() giveTag: GiveTag,
  ): Promise<CustomerDetailsDto> {
    const { customer, windowClosesAt } = await this.customers.get(caller.organizationId, id);
    giveTag(customerTag(customer.profile));
    return CustomerDetailsDto.with(customer, windowClosesAt);
  }

  @Put(':id')
  @RequireScope('customers:write')
  @Conditional()
  @ApiOperation({
    operationId: 'updateCustomer',
    summary: 'Change a customer; omitted fields stay, null removes a value, attributes are replaced',
  })
  @ApiOkResponse({ type: CustomerDto, ...TAGGED })
  @Problems(400, 404, 409)
  async update(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: UpdateCustomerDto,
    @IfMatch() precondition: Precondition | undefined,
    @AnswerTag() giveTag: GiveTag,
  ): Promise<CustomerDto> {
    const customer = await this.customers.update(caller, id, body, precondition);
    giveTag(customerTag(customer.profile));
    return CustomerDto.of(customer);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('customers:write')
  @ApiOperation({
    operationId: 'deleteCustomer',
    summary: 'Delete a customer; their opt-out stays in force, kept as a keyed hash',
  })
  @ApiNoContentResponse()
  @Problems(400, 404)
  async delete(@Caller() caller: Principal, @IdParam() id: string): Promise<void> {
    await this.customers.delete(caller, id);
  }
}
