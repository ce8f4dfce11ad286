import { Controller, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { assertCountry } from '../access/organizations/assert-country.js';
import { mappingOf } from '../platform/http/import-query.js';
import { Caller, type Principal } from '../platform/http/principal.js';
import { Problems } from '../platform/http/problem-responses.js';
import { AnyKey, assertScope, type Scope } from '../platform/http/route-access.js';
import { TakesCsv } from '../platform/http/upload.js';
import { invalidFields } from '../platform/http/validation.js';
import { type ImportKind, ImportPreviewDto, PreviewImportQuery } from './import-preview.dto.js';
import { ImportPreviews, type PreviewAsked } from './import-previews.service.js';

/** That of the import itself. */
const SCOPES: Readonly<Record<ImportKind, Scope>> = {
  customers: 'customers:write',
  recipients: 'campaigns:write',
  products: 'catalog:write',
};

@ApiTags('Imports')
@Controller('whatsapp/imports')
export class ImportPreviewsController {
  constructor(private readonly previews: ImportPreviews) {}

  @Post('preview')
  @HttpCode(200)
  @AnyKey()
  @TakesCsv()
  @ApiOperation({
    operationId: 'previewImport',
    summary: 'Show what an import would make of a file, from its first 256 KB; it writes nothing',
  })
  @ApiOkResponse({ type: ImportPreviewDto })
  @Problems(400, 404)
  async preview(
    @Caller() caller: Principal,
    @Query() query: PreviewImportQuery,
    @Req() { upload }: FastifyRequest,
  ): Promise<ImportPreviewDto> {
    if (upload === undefined) throw new TypeError('a route that takes an upload has one');
    const { kind } = query;
    assertScope(caller, SCOPES[kind], `it imports ${kind}.`);
    const previewed = await this.previews.preview(caller.organizationId, upload, askedBy(query));
    return ImportPreviewDto.of(kind, previewed);
  }
}

function askedBy({
  kind,
  size,
  mapping,
  defaultCountry,
  values,
  catalogId,
}: PreviewImportQuery): PreviewAsked {
  if (defaultCountry !== undefined) assertCountry(defaultCountry);
  const asked = { size, mapping: mappingOf(mapping), defaultCountry, areValuesTyped: values !== 'text' };
  if (kind !== 'products') {
    if (catalogId !== undefined)
      throw invalidFields([{ field: 'catalogId', message: 'is for products only' }]);
    return { kind, ...asked };
  }
  if (mapping !== undefined) {
    throw invalidFields([{ field: 'mapping', message: 'is for customers and recipients only' }]);
  }
  if (catalogId === undefined) {
    throw invalidFields([
      { field: 'catalogId', message: 'must say which catalog: prices are in its currency' },
    ]);
  }
  return { kind, catalogId, ...asked };
}
