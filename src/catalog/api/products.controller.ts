import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import {
  AnswerTag,
  Conditional,
  type GiveTag,
  IfMatch,
  type Precondition,
  TAGGED,
} from '../../platform/http/entity-tag.js';
import { IdParam } from '../../platform/http/id-param.js';
import { pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { Catalogs } from '../catalogs/catalogs.service.js';
import { productTag } from '../products/product-tag.js';
import { Products } from '../products/products.service.js';
import {
  CreateProductDto,
  filterOf,
  ProductDto,
  ProductPageDto,
  ProductsQuery,
  UpdateProductDto,
} from './product.dto.js';

@ApiTags('Catalogs')
@Controller('whatsapp/catalogs/:id/products')
export class ProductsController {
  constructor(
    private readonly catalogs: Catalogs,
    private readonly products: Products,
  ) {}

  @Post()
  @RequireScope('catalog:write')
  @ApiOperation({ operationId: 'createProduct', summary: 'Add a product; its SKU is unique in the catalog' })
  @ApiCreatedResponse({ type: ProductDto })
  @Problems(400, 404, 409)
  async create(
    @Caller() { organizationId, keyId }: Principal,
    @IdParam() catalogId: string,
    @Body() { sku, ...input }: CreateProductDto,
  ): Promise<ProductDto> {
    return ProductDto.of(await this.products.create({ organizationId, catalogId, keyId }, sku, input));
  }

  @Get()
  @RequireScope('catalog:read')
  @ApiOperation({
    operationId: 'listProducts',
    summary: 'Search and list products, in the order of creation',
  })
  @ApiOkResponse({ type: ProductPageDto })
  @Problems(400, 404)
  async list(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @Query() query: ProductsQuery,
  ): Promise<ProductPageDto> {
    const catalog = await this.catalogs.get(organizationId, catalogId);
    const place = { organizationId, catalogId };
    const filter = filterOf(query);
    const isFiltered = Object.keys(filter).length > 0;
    return pageFrom(query, {
      rows: (at) => this.products.list(place, filter, at),
      show: (product) => ProductDto.of(product),
      count: () => (isFiltered ? this.products.count(place, filter) : Promise.resolve(catalog.totalProducts)),
    });
  }

  @Get(':productId')
  @RequireScope('catalog:read')
  @ApiOperation({ operationId: 'getProduct', summary: 'Read one product' })
  @ApiOkResponse({ type: ProductDto, ...TAGGED })
  @Problems(400, 404)
  async get(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('productId') id: string,
    @AnswerTag() giveTag: GiveTag,
  ): Promise<ProductDto> {
    const product = await this.products.get({ organizationId, catalogId }, id);
    giveTag(productTag(product));
    return ProductDto.of(product);
  }

  @Put(':productId')
  @RequireScope('catalog:write')
  @Conditional()
  @ApiOperation({
    operationId: 'updateProduct',
    summary: 'Change a product; omitted fields stay, null removes a value, lists are replaced',
  })
  @ApiOkResponse({ type: ProductDto, ...TAGGED })
  @Problems(400, 404, 422)
  async update(
    @Caller() { organizationId, keyId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('productId') id: string,
    @Body() body: UpdateProductDto,
    @IfMatch() precondition: Precondition | undefined,
    @AnswerTag() giveTag: GiveTag,
  ): Promise<ProductDto> {
    const place = { organizationId, catalogId, keyId };
    const product = await this.products.update(place, id, body, precondition);
    giveTag(productTag(product));
    return ProductDto.of(product);
  }

  @Delete(':productId')
  @HttpCode(204)
  @RequireScope('catalog:write')
  @ApiOperation({
    operationId: 'deleteProduct',
    summary: 'Delete a product with its variants, here and with the next push at Meta',
  })
  @ApiNoContentResponse()
  @Problems(400, 404)
  async delete(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('productId') id: string,
  ): Promise<void> {
    await this.products.delete({ organizationId, catalogId }, id);
  }
}
