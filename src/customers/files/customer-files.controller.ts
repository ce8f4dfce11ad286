import type { Readable } from 'node:stream';
import { Controller, Get, Post, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { assertCountry } from '../../access/organizations/assert-country.js';
import { IdParam } from '../../platform/http/id-param.js';
import { CursorQuery, pageFrom } from '../../platform/http/paging.js';
import { mappingOf } from '../../platform/http/import-query.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope, SensitiveRead } from '../../platform/http/route-access.js';
import { TakesCsv } from '../../platform/http/upload.js';
import { invalidFields } from '../../platform/http/validation.js';
import { CustomerFilterQuery, searchOf } from '../people/customer.dto.js';
import { CustomerExport } from './customer-export.service.js';
import { CustomerImportDto, CustomerImportPageDto, ImportCustomersQuery } from './customer-import.dto.js';
import { CustomerImporter, type ListConsent } from './customer-import.service.js';
import { ImportHistory } from './import-history.service.js';

const CSV = { content: { 'text/csv': { schema: { type: 'string' } } } };

@ApiTags('Customers')
@Controller('whatsapp/customers')
export class CustomerFilesController {
  constructor(
    private readonly imports: CustomerImporter,
    private readonly history: ImportHistory,
    private readonly exports: CustomerExport,
  ) {}

  @Post('import')
  @RequireScope('customers:write')
  @TakesCsv()
  @ApiOperation({
    operationId: 'importCustomers',
    summary: 'Add or update customers from a CSV file of any length; responds when the import is done',
  })
  @ApiCreatedResponse({
    type: CustomerImportDto,
    headers: { Location: { description: 'The import', schema: { type: 'string' } } },
  })
  @Problems(400, 409)
  async import(
    @Caller() caller: Principal,
    @Query() query: ImportCustomersQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerImportDto> {
    const { upload } = request;
    if (upload === undefined) throw new TypeError('a route that takes an upload has one');
    const consent = consentOf(query);
    if (query.defaultCountry !== undefined) assertCountry(query.defaultCountry);
    const id = await this.imports.run(caller, upload, {
      mapping: mappingOf(query.mapping),
      areValuesTyped: query.values !== 'text',
      areTagsAdded: query.tags !== 'replace',
      areEventsWritten: query.events === true,
      fileName: query.fileName ?? upload.fileName,
      importId: query.importId,
      defaultCountry: query.defaultCountry,
      consent,
    });
    void reply.header('location', `/api/whatsapp/customers/imports/${id}`);
    return CustomerImportDto.of(await this.history.get(caller.organizationId, id));
  }

  @Get('imports')
  @RequireScope('customers:read')
  @ApiOperation({ operationId: 'listImports', summary: 'List imports, newest first' })
  @ApiOkResponse({ type: CustomerImportPageDto })
  @Problems(400)
  async listImports(
    @Caller() { organizationId }: Principal,
    @Query() query: CursorQuery,
  ): Promise<CustomerImportPageDto> {
    return pageFrom(query, {
      rows: (place) => this.history.list(organizationId, place),
      show: (row) => CustomerImportDto.of(row),
      count: () => this.history.count(organizationId),
    });
  }

  @Get('imports/:id')
  @RequireScope('customers:read')
  @ApiOperation({ operationId: 'getImport', summary: 'Read the progress or outcome of an import' })
  @ApiOkResponse({ type: CustomerImportDto })
  @Problems(400, 404)
  async getImport(@Caller() caller: Principal, @IdParam() id: string): Promise<CustomerImportDto> {
    return CustomerImportDto.of(await this.history.get(caller.organizationId, id));
  }

  @Get('imports/:id/errors')
  @RequireScope('customers:read')
  @SensitiveRead()
  @ApiOperation({ operationId: 'getImportErrors', summary: 'List the errors of an import by line, as CSV' })
  @ApiOkResponse(CSV)
  @Problems(400, 404)
  async getErrors(@Caller() caller: Principal, @IdParam() id: string): Promise<StreamableFile> {
    return csvFile(await this.exports.errorsCsv(caller.organizationId, id), `import-errors-${id}.csv`);
  }

  @Get('export')
  @RequireScope('customers:read')
  @SensitiveRead()
  @ApiOperation({
    operationId: 'exportCustomers',
    summary: 'Export all matching customers as a CSV file that can be imported again without loss',
  })
  @ApiOkResponse(CSV)
  @Problems(400)
  async export(@Caller() caller: Principal, @Query() query: CustomerFilterQuery): Promise<StreamableFile> {
    return csvFile(await this.exports.customersCsv(caller.organizationId, searchOf(query)), 'customers.csv');
  }
}

function csvFile(stream: Readable, name: string): StreamableFile {
  return new StreamableFile(stream, {
    type: 'text/csv; charset=utf-8',
    disposition: `attachment; filename="${name}"`,
  });
}

/** Evidence without a place and a time proves nothing. */
function consentOf({ consentSource, consentAt, consentText }: ImportCustomersQuery): ListConsent | null {
  if (consentSource !== undefined && consentAt !== undefined) {
    return { source: consentSource, at: new Date(consentAt), text: consentText ?? null };
  }
  if (consentSource === undefined && consentAt === undefined && consentText === undefined) return null;
  const field = consentSource === undefined ? 'consentSource' : 'consentAt';
  throw invalidFields([{ field, message: 'must be given: consent has a source and a time' }]);
}
