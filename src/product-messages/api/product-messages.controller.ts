import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { ProductMessages } from '../sending/product-messages.service.js';
import {
  QueuedProductMessageDto,
  SendCatalogDto,
  SendProductCarouselDto,
  SendProductDto,
  SendProductListDto,
} from './product-message.dto.js';

@ApiTags('Product messages')
@Controller('whatsapp')
export class ProductMessagesController {
  constructor(private readonly messages: ProductMessages) {}

  @Post('send-product')
  @HttpCode(202)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'sendProduct', summary: 'Send one product to one person' })
  @ApiAcceptedResponse({ type: QueuedProductMessageDto })
  @Problems(400, 404, 422)
  async sendProduct(
    @Caller() { organizationId }: Principal,
    @Body() body: SendProductDto,
  ): Promise<QueuedProductMessageDto> {
    return this.messages.sendProduct(organizationId, body);
  }

  @Post('send-product-list')
  @HttpCode(202)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'sendProductList',
    summary: 'Send up to 30 products in sections to one person',
  })
  @ApiAcceptedResponse({ type: QueuedProductMessageDto })
  @Problems(400, 404, 422)
  async sendList(
    @Caller() { organizationId }: Principal,
    @Body() body: SendProductListDto,
  ): Promise<QueuedProductMessageDto> {
    return this.messages.sendList(organizationId, body);
  }

  @Post('send-catalog')
  @HttpCode(202)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'sendCatalog', summary: 'Send the whole catalog to one person' })
  @ApiAcceptedResponse({ type: QueuedProductMessageDto })
  @Problems(400, 404, 422)
  async sendCatalog(
    @Caller() { organizationId }: Principal,
    @Body() body: SendCatalogDto,
  ): Promise<QueuedProductMessageDto> {
    return this.messages.sendCatalog(organizationId, body);
  }

  @Post('send-product-carousel')
  @HttpCode(202)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'sendProductCarousel',
    summary: 'Send 2 to 10 products as cards to one person',
  })
  @ApiAcceptedResponse({ type: QueuedProductMessageDto })
  @Problems(400, 404, 422)
  async sendCarousel(
    @Caller() { organizationId }: Principal,
    @Body() body: SendProductCarouselDto,
  ): Promise<QueuedProductMessageDto> {
    return this.messages.sendCarousel(organizationId, body);
  }
}
