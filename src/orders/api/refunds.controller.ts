import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { IdParam } from '../../platform/http/id-param.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { actorOf } from '../order/order-row.js';
import { Orders } from '../order/orders.service.js';
import { Refunds } from '../refunds/refunds.service.js';
import { given } from './order-filter.js';
import { OrderRef } from './order-ref.param.js';
import { OrderDto } from './order.dto.js';
import { RequestRefundDto, SettleRefundDto } from './refund.dto.js';

@ApiTags('Orders')
@Controller('whatsapp/orders/:id/refunds')
@RequireScope('orders:write')
export class RefundsController {
  constructor(
    private readonly orders: Orders,
    private readonly refunds: Refunds,
  ) {}

  @Post()
  @ApiOperation({
    operationId: 'refundOrder',
    summary: 'Give money back, an amount or what items are worth',
  })
  @ApiCreatedResponse({ type: OrderDto, description: 'The shop gives it back by hand: recorded as done' })
  @ApiAcceptedResponse({
    type: OrderDto,
    description:
      'A gateway gives it back, or the shop at the gateway of a deleted account; the state of the refund follows',
  })
  @Problems(400, 404, 409, 422)
  async request(
    @Caller() caller: Principal,
    @OrderRef() ref: string,
    @Body() { items, ...body }: RequestRefundDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderDto> {
    const { organizationId } = caller;
    const asked = { ...given(body), ...given({ items }) };
    const { orderId, isDone } = await this.refunds.request(organizationId, ref, actorOf(caller), asked);
    void reply.status(isDone ? 201 : 202);
    return OrderDto.of(await this.orders.get(organizationId, orderId));
  }

  @Post(':refundId/settle')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'settleRefund',
    summary: 'Say what became of a refund that the gateway does not know or finish',
  })
  @ApiOkResponse({ type: OrderDto })
  @Problems(400, 404, 409)
  async settle(
    @Caller() caller: Principal,
    @OrderRef() ref: string,
    @IdParam('refundId') refundId: string,
    @Body() { succeeded }: SettleRefundDto,
  ): Promise<OrderDto> {
    const { organizationId } = caller;
    const settled = { refundId, succeeded };
    const id = await this.refunds.settle(organizationId, ref, actorOf(caller), settled);
    return OrderDto.of(await this.orders.get(organizationId, id));
  }
}
