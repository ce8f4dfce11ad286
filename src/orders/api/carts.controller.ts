import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { Carts } from '../carts/carts.service.js';
import type { CartFilter } from '../carts/carts.queries.js';
import { CartDetailsDto, CartDto, CartPageDto, CartsQuery } from './cart.dto.js';
import { given, spellingsOf } from './order-filter.js';

@ApiTags('Orders')
@Controller('whatsapp/carts')
@RequireScope('orders:read')
export class CartsController {
  constructor(private readonly carts: Carts) {}

  @Get()
  @ApiOperation({ operationId: 'listCarts', summary: 'List the baskets that customers sent, newest first' })
  @ApiOkResponse({ type: CartPageDto })
  @Problems(400)
  async list(@Caller() { organizationId }: Principal, @Query() query: CartsQuery): Promise<CartPageDto> {
    const { status, source, phoneNumber, customerId, catalogId } = query;
    const filter = {
      ...given({ status, source, customerId, catalogId }),
      ...(phoneNumber === undefined ? {} : { phoneNumbers: spellingsOf(phoneNumber) }),
    } as CartFilter;
    return pageFrom(query, {
      rows: (place) => this.carts.list(organizationId, filter, place),
      show: (cart) => CartDto.of(cart),
      count: () => this.carts.count(organizationId, filter),
    });
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getCart', summary: 'Read a basket with its items' })
  @ApiOkResponse({ type: CartDetailsDto })
  @Problems(400, 404)
  async get(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<CartDetailsDto> {
    return CartDetailsDto.with(await this.carts.get(organizationId, id));
  }
}
