import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { Catalogs } from '../catalogs/catalogs.service.js';
import { Products } from '../products/products.service.js';
import { ProductStats } from '../statistics/product-stats.service.js';
import { CatalogStatsDto, ProductStatsDto, StatsQuery } from './stats.dto.js';

@ApiTags('Catalogs')
@Controller('whatsapp/catalogs/:id')
export class CatalogStatsController {
  constructor(
    private readonly catalogs: Catalogs,
    private readonly products: Products,
    private readonly stats: ProductStats,
  ) {}

  @Get('stats')
  @RequireScope('catalog:read')
  @ApiOperation({ operationId: 'getCatalogStats', summary: 'Read the figures of a catalog by day' })
  @ApiOkResponse({ type: CatalogStatsDto })
  @Problems(400, 404)
  async ofCatalog(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @Query() query: StatsQuery,
  ): Promise<CatalogStatsDto> {
    await this.catalogs.get(organizationId, catalogId);
    return CatalogStatsDto.ofCatalog(await this.stats.ofCatalog({ organizationId, catalogId }, query));
  }

  @Get('products/:productId/stats')
  @RequireScope('catalog:read')
  @ApiOperation({
    operationId: 'getProductStats',
    summary: 'Read the figures of a product and its variants by day',
  })
  @ApiOkResponse({ type: ProductStatsDto })
  @Problems(400, 404)
  async ofProduct(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('productId') productId: string,
    @Query() query: StatsQuery,
  ): Promise<ProductStatsDto> {
    const of = { organizationId, catalogId, productId };
    await this.products.get(of, productId);
    return ProductStatsDto.of(await this.stats.ofProduct(of, query));
  }
}
