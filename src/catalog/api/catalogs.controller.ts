import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { pageFrom, pageOf, PageQuery } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { Catalogs } from '../catalogs/catalogs.service.js';
import { Products } from '../products/products.service.js';
import {
  CatalogDetailsDto,
  CatalogDto,
  CatalogPageDto,
  CreateCatalogDto,
  DeleteCatalogQuery,
  UpdateCatalogDto,
} from './catalog.dto.js';
import { ProductDto } from './product.dto.js';

@ApiTags('Catalogs')
@Controller('whatsapp/catalogs')
export class CatalogsController {
  constructor(
    private readonly catalogs: Catalogs,
    private readonly products: Products,
  ) {}

  @Post()
  @RequireScope('catalog:write')
  @ApiOperation({
    operationId: 'createCatalog',
    summary: 'Create a catalog, or adopt one that exists at Meta',
  })
  @ApiCreatedResponse({ type: CatalogDto })
  @Problems(400, 404, 409, 422, 429, 503)
  async create(@Caller() caller: Principal, @Body() body: CreateCatalogDto): Promise<CatalogDto> {
    return CatalogDto.of(await this.catalogs.create(caller.organizationId, body));
  }

  @Get()
  @RequireScope('catalog:read')
  @ApiOperation({ operationId: 'listCatalogs', summary: 'List the catalogs, newest first' })
  @ApiOkResponse({ type: CatalogPageDto })
  @Problems(400)
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<CatalogPageDto> {
    const page = pageOf(query);
    const [catalogs, total] = await this.catalogs.list(caller.organizationId, page);
    const data = catalogs.map((catalog) => CatalogDto.of(catalog));
    return { data, page: page.page, limit: page.limit, total };
  }

  @Get(':id')
  @RequireScope('catalog:read')
  @ApiOperation({ operationId: 'getCatalog', summary: 'Read a catalog, with its first 20 products' })
  @ApiOkResponse({ type: CatalogDetailsDto })
  @Problems(400, 404)
  async get(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<CatalogDetailsDto> {
    const catalog = await this.catalogs.get(organizationId, id);
    const { data, nextCursor } = await pageFrom(
      {},
      {
        rows: (place) => this.products.list({ organizationId, catalogId: id }, {}, place),
        show: (product) => ProductDto.of(product),
        count: () => Promise.resolve(catalog.totalProducts),
      },
    );
    return CatalogDetailsDto.with(catalog, data, nextCursor);
  }

  @Put(':id')
  @RequireScope('catalog:write')
  @ApiOperation({
    operationId: 'updateCatalog',
    summary: 'Change a catalog; omitted fields stay, null removes a value',
  })
  @ApiOkResponse({ type: CatalogDto })
  @Problems(400, 404, 409, 422, 429, 503)
  async update(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Body() body: UpdateCatalogDto,
  ): Promise<CatalogDto> {
    return CatalogDto.of(await this.catalogs.update(caller.organizationId, id, body));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('catalog:write')
  @ApiOperation({
    operationId: 'deleteCatalog',
    summary: 'Delete a catalog with its products; orders keep what they say about them',
  })
  @ApiNoContentResponse()
  @Problems(400, 404, 422, 429, 503)
  async delete(
    @Caller() caller: Principal,
    @IdParam() id: string,
    @Query() { atMeta }: DeleteCatalogQuery,
  ): Promise<void> {
    await this.catalogs.delete(caller.organizationId, id, atMeta);
  }
}
