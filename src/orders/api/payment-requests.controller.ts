import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { actorOf } from '../order/order-row.js';
import { Orders } from '../order/orders.service.js';
import { PaymentRequests } from '../payments/payment-requests.service.js';
import { given } from './order-filter.js';
import { OrderRef } from './order-ref.param.js';
import { OrderDto } from './order.dto.js';
import { RequestPaymentDto } from './payment-request.dto.js';

@ApiTags('Orders')
@Controller('whatsapp/orders/:id/payment-requests')
@RequireScope('orders:write')
export class PaymentRequestsController {
  constructor(
    private readonly orders: Orders,
    private readonly requests: PaymentRequests,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    operationId: 'requestPayment',
    summary: 'Ask the customer for money; the link or message follows, and the order lists the payment',
  })
  @ApiAcceptedResponse({ type: OrderDto })
  @Problems(400, 404, 409, 422)
  async request(
    @Caller() caller: Principal,
    @OrderRef() ref: string,
    @Body() body: RequestPaymentDto,
  ): Promise<OrderDto> {
    const { organizationId } = caller;
    const id = await this.requests.request(organizationId, ref, actorOf(caller), given(body));
    return OrderDto.of(await this.orders.get(organizationId, id));
  }
}
