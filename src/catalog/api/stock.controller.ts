import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { CursorQuery, pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { Products } from '../products/products.service.js';
import type { MovementsOf } from '../stock/movements.queries.js';
import { StockLedger } from '../stock/stock-ledger.service.js';
import { CountStockDto, countOf, StockDto, StockMovementDto, StockMovementPageDto } from './stock.dto.js';

@ApiTags('Catalogs')
@Controller('whatsapp/catalogs/:id/products/:productId')
export class StockController {
  constructor(
    private readonly products: Products,
    private readonly ledger: StockLedger,
  ) {}

  @Post('stock')
  @HttpCode(200)
  @RequireScope('catalog:write')
  @ApiOperation({ operationId: 'countProductStock', summary: 'Set or adjust the stock of a product' })
  @ApiOkResponse({ type: StockDto })
  @Problems(400, 404, 409, 422)
  async count(
    @Caller() caller: Principal,
    @IdParam() catalogId: string,
    @IdParam('productId') productId: string,
    @Body() body: CountStockDto,
  ): Promise<StockDto> {
    const count = countOf(body);
    await this.products.get({ organizationId: caller.organizationId, catalogId }, productId);
    return StockDto.of(await this.ledger.count(caller, { productId, variantId: null }, count));
  }

  @Post('variants/:variantId/stock')
  @HttpCode(200)
  @RequireScope('catalog:write')
  @ApiOperation({ operationId: 'countVariantStock', summary: 'Set or adjust the stock of a variant' })
  @ApiOkResponse({ type: StockDto })
  @Problems(400, 404, 409, 422)
  async countVariant(
    @Caller() caller: Principal,
    @IdParam() catalogId: string,
    @IdParam('productId') productId: string,
    @IdParam('variantId') variantId: string,
    @Body() body: CountStockDto,
  ): Promise<StockDto> {
    const count = countOf(body);
    const place = { organizationId: caller.organizationId, catalogId, productId };
    await this.products.getVariant(place, variantId);
    return StockDto.of(await this.ledger.count(caller, { productId, variantId }, count));
  }

  @Get('stock-movements')
  @RequireScope('catalog:read')
  @ApiOperation({
    operationId: 'listProductStockMovements',
    summary: 'List what changed the stock of a product and its variants, newest first',
  })
  @ApiOkResponse({ type: StockMovementPageDto })
  @Problems(400, 404)
  async movements(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('productId') productId: string,
    @Query() query: CursorQuery,
  ): Promise<StockMovementPageDto> {
    await this.products.get({ organizationId, catalogId }, productId);
    return this.page({ organizationId, productId }, query);
  }

  @Get('variants/:variantId/stock-movements')
  @RequireScope('catalog:read')
  @ApiOperation({
    operationId: 'listVariantStockMovements',
    summary: 'List what changed the stock of a variant, newest first',
  })
  @ApiOkResponse({ type: StockMovementPageDto })
  @Problems(400, 404)
  async movementsOfVariant(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('productId') productId: string,
    @IdParam('variantId') variantId: string,
    @Query() query: CursorQuery,
  ): Promise<StockMovementPageDto> {
    await this.products.getVariant({ organizationId, catalogId, productId }, variantId);
    return this.page({ organizationId, productId, variantId }, query);
  }

  private async page(of: MovementsOf, query: CursorQuery): Promise<StockMovementPageDto> {
    return pageFrom(query, {
      rows: (place) => this.ledger.list(of, place),
      show: (movement) => StockMovementDto.of(movement),
      count: () => this.ledger.countMovements(of),
    });
  }
}
