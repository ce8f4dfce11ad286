import { Body, Controller, Get, Put, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope, SensitiveRead } from '../../platform/http/route-access.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { OrderEdits } from '../moves/order-edits.service.js';
import type { OrderFilter } from '../order/order-lists.queries.js';
import { actorOf } from '../order/order-row.js';
import { Orders } from '../order/orders.service.js';
import { given, readInstant, readPeriod, spellingsOf } from './order-filter.js';
import { UpdateOrderDto } from './order-input.dto.js';
import { OrderRef } from './order-ref.param.js';
import { ListedOrderDto, OrderDto, OrderFilterQuery, OrderPageDto, OrdersQuery } from './order.dto.js';

@ApiTags('Orders')
@Controller('whatsapp/orders')
export class OrdersController {
  constructor(
    private readonly orders: Orders,
    private readonly edits: OrderEdits,
    private readonly calendar: CalendarSettings,
  ) {}

  @Get()
  @RequireScope('orders:read')
  @ApiOperation({ operationId: 'listOrders', summary: 'Search and list orders, newest first' })
  @ApiOkResponse({ type: OrderPageDto })
  @Problems(400)
  async list(@Caller() { organizationId }: Principal, @Query() query: OrdersQuery): Promise<OrderPageDto> {
    const filter = this.filterOf(query);
    return pageFrom(query, {
      rows: (place) => this.orders.list(organizationId, filter, place),
      show: (order) => ListedOrderDto.of(order),
      count: () => this.orders.count(organizationId, filter),
    });
  }

  @Get('export')
  @RequireScope('orders:read')
  @SensitiveRead()
  @ApiOperation({ operationId: 'exportOrders', summary: 'Export matching orders as CSV, a row a line' })
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  @Problems(400)
  export(@Caller() { organizationId }: Principal, @Query() query: OrderFilterQuery): StreamableFile {
    return new StreamableFile(this.orders.csv(organizationId, this.filterOf(query)), {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="orders.csv"',
    });
  }

  @Get(':id')
  @RequireScope('orders:read')
  @ApiOperation({ operationId: 'getOrder', summary: 'Read an order, by its id or its number' })
  @ApiOkResponse({ type: OrderDto })
  @Problems(400, 404)
  async get(@Caller() { organizationId }: Principal, @OrderRef() ref: string): Promise<OrderDto> {
    return OrderDto.of(await this.orders.get(organizationId, ref));
  }

  @Put(':id')
  @RequireScope('orders:write')
  @ApiOperation({
    operationId: 'updateOrder',
    summary: 'Change an order; omitted fields stay, null removes a value',
  })
  @ApiOkResponse({ type: OrderDto })
  @Problems(400, 404, 409, 422)
  async update(
    @Caller() caller: Principal,
    @OrderRef() ref: string,
    @Body() { estimatedDelivery, ...body }: UpdateOrderDto,
  ): Promise<OrderDto> {
    const { organizationId } = caller;
    const expected =
      typeof estimatedDelivery === 'string'
        ? readInstant('estimatedDelivery', estimatedDelivery)
        : estimatedDelivery;
    const when = expected === undefined ? {} : { estimatedDelivery: expected };
    const id = await this.edits.edit(organizationId, ref, actorOf(caller), { ...given(body), ...when });
    return OrderDto.of(await this.orders.get(organizationId, id));
  }

  private filterOf({ phoneNumber, from, to, ...query }: OrderFilterQuery): OrderFilter {
    const { status, paymentStatus, fulfillmentStatus, needsReview, flag } = query;
    const { catalogId, customerId, campaignId, q } = query;
    return {
      ...given({
        ...{
          status,
          paymentStatus,
          fulfillmentStatus,
          needsReview,
          flag,
          catalogId,
          customerId,
          campaignId,
          q,
        },
      }),
      ...(phoneNumber === undefined ? {} : { phoneNumbers: spellingsOf(phoneNumber) }),
      ...readPeriod({ from, to }, this.calendar.timeZone),
    };
  }
}
