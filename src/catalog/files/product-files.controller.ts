import type { Readable } from 'node:stream';
import { Controller, Get, HttpCode, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { IdParam } from '../../platform/http/id-param.js';
import { CursorQuery, pageFrom } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { TakesCsv } from '../../platform/http/upload.js';
import { ProductImportHistory } from './import-history.service.js';
import { ProductExport } from './product-export.service.js';
import {
  ImportProductsQuery,
  ProductImportDto,
  ProductImportPageDto,
  ProductImportReportDto,
} from './product-import.dto.js';
import { ProductImporter } from './product-import.service.js';

const CSV = { content: { 'text/csv': { schema: { type: 'string' } } } };

@ApiTags('Catalogs')
@Controller('whatsapp/catalogs/:id/products')
export class ProductFilesController {
  constructor(
    private readonly imports: ProductImporter,
    private readonly history: ProductImportHistory,
    private readonly exports: ProductExport,
  ) {}

  @Post('import')
  @HttpCode(200)
  @RequireScope('catalog:write')
  @TakesCsv()
  @ApiOperation({
    operationId: 'importProducts',
    summary:
      'Add or update products and variants from a CSV file of any length; responds when the import is done',
  })
  @ApiOkResponse({ type: ProductImportReportDto })
  @Problems(400, 404, 409)
  async import(
    @Caller() { organizationId, keyId }: Principal,
    @IdParam() catalogId: string,
    @Query() query: ImportProductsQuery,
    @Req() { upload }: FastifyRequest,
  ): Promise<ProductImportReportDto> {
    if (upload === undefined) throw new TypeError('a route that takes an upload has one');
    const importId = await this.imports.run(
      { organizationId, catalogId, keyId, importId: query.importId },
      upload,
      {
        mode: query.mode ?? 'upsert',
        stock: query.stock ?? 'set',
        isDryRun: query.dryRun ?? false,
        fileName: query.fileName ?? upload.fileName,
      },
    );
    return ProductImportReportDto.report(await this.history.get({ organizationId, catalogId }, importId));
  }

  @Get('imports')
  @RequireScope('catalog:read')
  @ApiOperation({ operationId: 'listProductImports', summary: 'List imports of a catalog, newest first' })
  @ApiOkResponse({ type: ProductImportPageDto })
  @Problems(400, 404)
  async listImports(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @Query() query: CursorQuery,
  ): Promise<ProductImportPageDto> {
    const place = { organizationId, catalogId };
    return pageFrom(query, {
      rows: (page) => this.history.list(place, page),
      show: (row) => ProductImportDto.of(row),
      count: () => this.history.count(place),
    });
  }

  @Get('imports/:importId')
  @RequireScope('catalog:read')
  @ApiOperation({ operationId: 'getProductImport', summary: 'Read the progress or outcome of an import' })
  @ApiOkResponse({ type: ProductImportReportDto })
  @Problems(400, 404)
  async getImport(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('importId') importId: string,
  ): Promise<ProductImportReportDto> {
    return ProductImportReportDto.report(await this.history.get({ organizationId, catalogId }, importId));
  }

  @Get('imports/:importId/errors')
  @RequireScope('catalog:read')
  @ApiOperation({
    operationId: 'getProductImportErrors',
    summary: 'List the errors of an import by line, as CSV',
  })
  @ApiOkResponse(CSV)
  @Problems(400, 404)
  async getErrors(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @IdParam('importId') importId: string,
  ): Promise<StreamableFile> {
    const stream = await this.exports.errorsCsv({ organizationId, catalogId }, importId);
    return csvFile(stream, `import-errors-${importId}.csv`);
  }

  @Get('export')
  @RequireScope('catalog:read')
  @ApiOperation({
    operationId: 'exportProducts',
    summary: 'Export all products and variants as a CSV file that can be imported again without loss',
  })
  @ApiOkResponse(CSV)
  @Problems(400, 404)
  async export(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
  ): Promise<StreamableFile> {
    return csvFile(await this.exports.productsCsv(organizationId, catalogId), 'products.csv');
  }
}

function csvFile(stream: Readable, name: string): StreamableFile {
  return new StreamableFile(stream, {
    type: 'text/csv; charset=utf-8',
    disposition: `attachment; filename="${name}"`,
  });
}
