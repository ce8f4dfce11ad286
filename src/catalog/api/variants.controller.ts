import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { IdParam } from '../../platform/http/id-param.js';
import { CursorQuery, pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { Products } from '../products/products.service.js';
import { CreateVariantDto, UpdateVariantDto, VariantDto, VariantPageDto } from './variant.dto.js';

@ApiTags('Catalogs')
@Controller('whatsapp/catalogs/:id/products/:productId/variants')
export class VariantsController {
  constructor(private readonly products: Products) {}

  @Post()
  @RequireScope('catalog:write')
  @ApiOperation({
    operationId: 'createVariant',
    summary: 'Add a variant; with the first one the product is no longer sold itself',
  })
  @ApiCreatedResponse({ type: VariantDto })
  @Problems(400, 404, 409)
  async create(
    @Caller() { organizationId, keyId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('productId') productId: string,
    @Body() { sku, ...input }: CreateVariantDto,
  ): Promise<VariantDto> {
    const place = { organizationId, catalogId, productId, keyId };
    return VariantDto.of(await this.products.createVariant(place, sku, input));
  }

  @Get()
  @RequireScope('catalog:read')
  @ApiOperation({ operationId: 'listVariants', summary: 'List the variants, in the order of creation' })
  @ApiOkResponse({ type: VariantPageDto })
  @Problems(400, 404)
  async list(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('productId') productId: string,
    @Query() query: CursorQuery,
  ): Promise<VariantPageDto> {
    const place = { organizationId, catalogId, productId };
    await this.products.get(place, productId);
    return pageFrom(query, {
      rows: (at) => this.products.listVariants(place, at),
      show: (variant) => VariantDto.of(variant),
      count: () => this.products.countVariants(place),
    });
  }

  @Get(':variantId')
  @RequireScope('catalog:read')
  @ApiOperation({ operationId: 'getVariant', summary: 'Read one variant' })
  @ApiOkResponse({ type: VariantDto })
  @Problems(400, 404)
  async get(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('productId') productId: string,
    @IdParam('variantId') id: string,
  ): Promise<VariantDto> {
    return VariantDto.of(await this.products.getVariant({ organizationId, catalogId, productId }, id));
  }

  @Put(':variantId')
  @RequireScope('catalog:write')
  @ApiOperation({
    operationId: 'updateVariant',
    summary: 'Change a variant; omitted fields stay, null removes a value',
  })
  @ApiOkResponse({ type: VariantDto })
  @Problems(400, 404, 409, 422)
  async update(
    @Caller() { organizationId, keyId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('productId') productId: string,
    @IdParam('variantId') id: string,
    @Body() body: UpdateVariantDto,
  ): Promise<VariantDto> {
    const place = { organizationId, catalogId, productId, keyId };
    return VariantDto.of(await this.products.updateVariant(place, id, body));
  }

  @Delete(':variantId')
  @HttpCode(204)
  @RequireScope('catalog:write')
  @ApiOperation({
    operationId: 'deleteVariant',
    summary: 'Delete a variant; without its last one the product is sold itself again',
  })
  @ApiNoContentResponse()
  @Problems(400, 404)
  async delete(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('productId') productId: string,
    @IdParam('variantId') id: string,
  ): Promise<void> {
    await this.products.deleteVariant({ organizationId, catalogId, productId }, id);
  }
}
