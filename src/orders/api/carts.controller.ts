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
import { invalidFields } from '../../platform/http/validation.js';
import { CartEdits, type NamedItem } from '../carts/cart-edits.service.js';
import type { CartFilter } from '../carts/carts.queries.js';
import { Carts } from '../carts/carts.service.js';
import { CartDetailsDto, CartDto, CartPageDto, CartsQuery } from './cart.dto.js';
import { AddCartItemsDto, CreateCartDto, UpdateCartDto, UpdateCartItemDto } from './cart-input.dto.js';
import { given, readInstant, spellingsOf } from './order-filter.js';

@ApiTags('Orders')
@Controller('whatsapp/carts')
export class CartsController {
  constructor(
    private readonly carts: Carts,
    private readonly edits: CartEdits,
  ) {}

  @Get()
  @RequireScope('orders:read')
  @ApiOperation({ operationId: 'listCarts', summary: 'List carts, newest first' })
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
  @RequireScope('orders:read')
  @ApiOperation({
    operationId: 'getCart',
    summary: 'Read a cart with its items, at the prices of this moment',
  })
  @ApiOkResponse({ type: CartDetailsDto })
  @Problems(400, 404)
  async get(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<CartDetailsDto> {
    return this.show(organizationId, id);
  }

  @Post()
  @RequireScope('orders:write')
  @ApiOperation({ operationId: 'createCart', summary: 'Build a cart for a person; it reserves nothing' })
  @ApiCreatedResponse({ type: CartDetailsDto })
  @Problems(400, 404, 422)
  async create(
    @Caller() { organizationId }: Principal,
    @Body() { phoneNumber, customerId, expiresAt, items = [], ...rest }: CreateCartDto,
  ): Promise<CartDetailsDto> {
    const end = expiresAt === undefined ? {} : { expiresAt: readInstant('expiresAt', expiresAt) };
    const cart = { ...rest, ...given({ phoneNumber, customerId }), ...end, items };
    return this.show(organizationId, await this.edits.create(organizationId, cart));
  }

  @Put(':id')
  @RequireScope('orders:write')
  @ApiOperation({ operationId: 'updateCart', summary: 'Change a cart; `items` replaces all of them' })
  @ApiOkResponse({ type: CartDetailsDto })
  @Problems(400, 404, 409, 422)
  async update(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Body() { expiresAt, ...body }: UpdateCartDto,
  ): Promise<CartDetailsDto> {
    const end = typeof expiresAt === 'string' ? readInstant('expiresAt', expiresAt) : expiresAt;
    await this.edits.update(organizationId, id, { ...given(body), ...given({ expiresAt: end }) });
    return this.show(organizationId, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('orders:write')
  @ApiOperation({ operationId: 'deleteCart', summary: 'End a cart: it is expired' })
  @ApiNoContentResponse()
  @Problems(400, 404, 409)
  async delete(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<void> {
    await this.edits.expire(organizationId, id);
  }

  @Post(':id/items')
  @RequireScope('orders:write')
  @ApiOperation({ operationId: 'addCartItems', summary: 'Put one item, or a list of them, into a cart' })
  @ApiCreatedResponse({ type: CartDetailsDto })
  @Problems(400, 404, 409, 422)
  async addItems(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Body() body: AddCartItemsDto,
  ): Promise<CartDetailsDto> {
    await this.edits.addItems(organizationId, id, itemsIn(body));
    return this.show(organizationId, id);
  }

  @Put(':id/items/:itemId')
  @RequireScope('orders:write')
  @ApiOperation({ operationId: 'updateCartItem', summary: 'Change an item of a cart' })
  @ApiOkResponse({ type: CartDetailsDto })
  @Problems(400, 404, 409, 422)
  async updateItem(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @IdParam('itemId') itemId: string,
    @Body() body: UpdateCartItemDto,
  ): Promise<CartDetailsDto> {
    await this.edits.changeItem(organizationId, id, itemId, given(body));
    return this.show(organizationId, id);
  }

  @Delete(':id/items/:itemId')
  @HttpCode(204)
  @RequireScope('orders:write')
  @ApiOperation({ operationId: 'deleteCartItem', summary: 'Take an item out of a cart' })
  @ApiNoContentResponse()
  @Problems(400, 404, 409)
  async deleteItem(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @IdParam('itemId') itemId: string,
  ): Promise<void> {
    await this.edits.removeItem(organizationId, id, itemId);
  }

  private async show(organizationId: string, id: string): Promise<CartDetailsDto> {
    return CartDetailsDto.with(await this.carts.get(organizationId, id));
  }
}

function itemsIn({ items, quantity, ...one }: AddCartItemsDto): NamedItem[] {
  const hasOne = quantity !== undefined || Object.keys(given(one)).length > 0;
  if (items !== undefined && !hasOne) return items;
  if (items !== undefined) {
    throw invalidFields([{ field: 'items', message: 'give one item, or a list of them' }]);
  }
  if (quantity !== undefined) return [{ ...one, quantity }];
  throw invalidFields([{ field: 'quantity', message: 'must be a whole number from 1 to 9999' }]);
}
