import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { Carts } from '../carts/carts.service.js';
import { CartSending } from '../checkout/cart-sending.service.js';
import { Checkout } from '../checkout/checkout.service.js';
import { actorOf } from '../order/order-row.js';
import { Orders } from '../order/orders.service.js';
import { CartDetailsDto } from './cart.dto.js';
import { CheckoutCartDto, SendCartDto } from './cart-input.dto.js';
import { OrderDto } from './order.dto.js';

/** From a cart to an order: by the customer's tap, or by a call. */
@ApiTags('Orders')
@Controller('whatsapp/carts/:id')
@RequireScope('orders:write')
export class CartCheckoutController {
  constructor(
    private readonly carts: Carts,
    private readonly orders: Orders,
    private readonly sending: CartSending,
    private readonly checkout: Checkout,
  ) {}

  @Post('send')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'sendCart',
    summary: 'Send a cart to its person, with buttons to order or change it',
  })
  @ApiAcceptedResponse({ type: CartDetailsDto })
  @Problems(400, 404, 409, 422)
  async send(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Body() { fallbackTemplate }: SendCartDto,
  ): Promise<CartDetailsDto> {
    const { name, language, variables = {} } = fallbackTemplate ?? {};
    const isNamed = name !== undefined && language !== undefined;
    await this.sending.send(organizationId, id, isNamed ? { name, language, variables } : undefined);
    return CartDetailsDto.with(await this.carts.get(organizationId, id));
  }

  @Post('checkout')
  @ApiOperation({ operationId: 'checkoutCart', summary: 'Make a cart an order' })
  @ApiCreatedResponse({ type: OrderDto })
  @Problems(400, 404, 409, 422)
  async order(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: CheckoutCartDto,
  ): Promise<OrderDto> {
    const { organizationId } = caller;
    const orderId = await this.checkout.checkout(organizationId, id, actorOf(caller), body);
    return OrderDto.of(await this.orders.get(organizationId, orderId));
  }
}
