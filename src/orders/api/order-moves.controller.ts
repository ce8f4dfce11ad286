import { Body, Controller, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { Fulfilments } from '../moves/fulfilments.service.js';
import { ManualPayments } from '../moves/manual-payments.service.js';
import { OrderMoves } from '../moves/order-moves.service.js';
import { Resolutions } from '../moves/resolutions.service.js';
import { actorOf } from '../order/order-row.js';
import { Orders } from '../order/orders.service.js';
import { given, readInstant } from './order-filter.js';
import {
  DeliverOrderDto,
  FulfilOrderDto,
  MoveOrderDto,
  RecordPaymentDto,
  ResolveOrderDto,
} from './order-input.dto.js';
import { OrderRef } from './order-ref.param.js';
import { OrderDto } from './order.dto.js';

/** Everything that happens to an order; each answers with the order as it is then. */
@ApiTags('Orders')
@Controller('whatsapp/orders/:id')
@RequireScope('orders:write')
export class OrderMovesController {
  constructor(
    private readonly orders: Orders,
    private readonly moves: OrderMoves,
    private readonly fulfilments: Fulfilments,
    private readonly payments: ManualPayments,
    private readonly resolutions: Resolutions,
  ) {}

  @Put('status')
  @ApiOperation({ operationId: 'moveOrder', summary: 'Confirm, process, complete or cancel an order' })
  @ApiOkResponse({ type: OrderDto })
  @Problems(400, 404, 409, 422)
  async move(
    @Caller() caller: Principal,
    @OrderRef() ref: string,
    @Body() body: MoveOrderDto,
  ): Promise<OrderDto> {
    return this.show(caller, await this.moves.move(caller.organizationId, ref, actorOf(caller), body));
  }

  @Post('fulfill')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'fulfillOrder',
    summary: 'Record what leaves the house; without items all of it',
  })
  @ApiOkResponse({ type: OrderDto })
  @Problems(400, 404, 409, 422)
  async fulfill(
    @Caller() caller: Principal,
    @OrderRef() ref: string,
    @Body() body: FulfilOrderDto,
  ): Promise<OrderDto> {
    return this.show(
      caller,
      await this.fulfilments.fulfil(caller.organizationId, ref, actorOf(caller), body),
    );
  }

  @Post('deliver')
  @HttpCode(200)
  @ApiOperation({ operationId: 'deliverOrder', summary: 'Record that the customer has everything' })
  @ApiOkResponse({ type: OrderDto })
  @Problems(400, 404, 409)
  async deliver(
    @Caller() caller: Principal,
    @OrderRef() ref: string,
    @Body() { deliveredAt }: DeliverOrderDto,
  ): Promise<OrderDto> {
    const at = deliveredAt === undefined ? undefined : readInstant('deliveredAt', deliveredAt);
    return this.show(caller, await this.fulfilments.deliver(caller.organizationId, ref, actorOf(caller), at));
  }

  @Post('payments')
  @ApiOperation({ operationId: 'recordPayment', summary: 'Record money that came by hand' })
  @ApiCreatedResponse({ type: OrderDto })
  @Problems(400, 404, 409, 422)
  async pay(
    @Caller() caller: Principal,
    @OrderRef() ref: string,
    @Body() { receivedAt, ...body }: RecordPaymentDto,
  ): Promise<OrderDto> {
    const when = receivedAt === undefined ? {} : { receivedAt: readInstant('receivedAt', receivedAt) };
    const payment = { ...body, ...when };
    return this.show(
      caller,
      await this.payments.record(caller.organizationId, ref, actorOf(caller), payment),
    );
  }

  @Post('resolve')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'resolveOrder',
    summary: 'Settle what is flagged: products, quantities, prices',
  })
  @ApiOkResponse({ type: OrderDto })
  @Problems(400, 404, 409, 422)
  async resolve(
    @Caller() caller: Principal,
    @OrderRef() ref: string,
    @Body() body: ResolveOrderDto,
  ): Promise<OrderDto> {
    const { items = [], ...rest } = body;
    const resolution = { ...rest, items: items.map(({ itemId, ...item }) => ({ itemId, ...given(item) })) };
    const { organizationId } = caller;
    return this.show(
      caller,
      await this.resolutions.resolve(organizationId, ref, actorOf(caller), resolution),
    );
  }

  @Post('reserve')
  @HttpCode(200)
  @ApiOperation({ operationId: 'reserveOrder', summary: 'Try again to reserve what is short' })
  @ApiOkResponse({ type: OrderDto })
  @Problems(400, 404, 409)
  async reserve(@Caller() caller: Principal, @OrderRef() ref: string): Promise<OrderDto> {
    return this.show(caller, await this.moves.reserve(caller.organizationId, ref, actorOf(caller)));
  }

  private async show({ organizationId }: Principal, id: string): Promise<OrderDto> {
    return OrderDto.of(await this.orders.get(organizationId, id));
  }
}
