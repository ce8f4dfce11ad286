import { Instant, Integer, NestedList, OneOf, QueryFlag, Text, Uuid } from '../../platform/http/fields.js';
import { AssumedCountry, FileName, ImportId } from '../../platform/http/import-query.js';
import { PageDto } from '../../platform/http/paging.js';
import { type CustomerImport, IMPORT_STATUSES, type ImportStatus } from './customer-import.entity.js';

export class ImportCustomersQuery {
  @Text({
    optional: true,
    max: 20_000,
    example: '{"Trip":"attributes.saleDetails.destination","Internal note":"-"}',
    description:
      'Meaning of single columns, as a JSON object from header to a field, `attributes.…` or `-` (skip)',
  })
  mapping?: string;

  @OneOf(['auto', 'text'], {
    optional: true,
    default: 'auto',
    description:
      '`auto` converts numbers, booleans and JSON in attribute columns; `text` keeps everything as text',
  })
  values?: 'auto' | 'text';

  @OneOf(['add', 'replace'], {
    optional: true,
    default: 'add',
    description: 'Whether the tags of a row are added to the tags of the customer or replace them',
  })
  tags?: 'add' | 'replace';

  @ImportId()
  importId?: string;

  @AssumedCountry()
  defaultCountry?: string;

  @QueryFlag({
    description:
      'Writes the events `customer.created` and `customer.updated` for each customer. Without it an import is silent',
  })
  events?: boolean;

  @Text({
    optional: true,
    min: 1,
    max: 200,
    example: 'Form at the trade fair',
    description:
      'Where the people on the list agreed to receive messages; together with `consentAt`. Stored with the consent history of each; never lifts a refusal',
  })
  consentSource?: string;

  @Instant({ optional: true, description: 'When they agreed; together with `consentSource`' })
  consentAt?: string;

  @Text({
    optional: true,
    min: 1,
    max: 2_000,
    description: 'What they agreed to, in the words they were shown',
  })
  consentText?: string;

  @FileName()
  fileName?: string;
}

export class CustomerImportDto {
  @Uuid()
  id!: string;

  @OneOf(IMPORT_STATUSES, {
    description:
      '`interrupted`: the connection or the process broke off. Rows read before that point were imported; import the same file again to complete it',
  })
  status!: ImportStatus;

  @Text({ nullable: true, max: 255, example: 'customers.csv' })
  fileName!: string | null;

  @Integer({ description: 'Rows read so far, without the header' })
  rowsRead!: number;

  @Integer({ description: 'New customers' })
  rowsCreated!: number;

  @Integer({ description: 'Rows that changed a customer' })
  rowsUpdated!: number;

  @Integer({ description: 'Rows without any change' })
  rowsUnchanged!: number;

  @Integer({ description: 'Rejected rows; the reasons are under `errors`' })
  rowsFailed!: number;

  @Text({ nullable: true })
  failureReason!: string | null;

  @Text({ nullable: true, description: 'Where the people on the list agreed, as the importer said' })
  consentSource!: string | null;

  @Instant({ nullable: true })
  consentAt!: string | null;

  @Text({ nullable: true, max: 2_000 })
  consentText!: string | null;

  @Instant()
  startedAt!: string;

  @Instant({ description: 'When the counts were last updated' })
  progressAt!: string;

  @Instant({ nullable: true })
  finishedAt!: string | null;

  static of(row: CustomerImport): CustomerImportDto {
    return {
      id: row.id,
      status: row.status,
      fileName: row.fileName,
      rowsRead: row.rowsRead,
      rowsCreated: row.rowsCreated,
      rowsUpdated: row.rowsUpdated,
      rowsUnchanged: row.rowsUnchanged,
      rowsFailed: row.rowsFailed,
      failureReason: row.failureReason,
      consentSource: row.consentSource,
      consentAt: row.consentAt?.toISOString() ?? null,
      consentText: row.consentText,
      startedAt: row.startedAt.toISOString(),
      progressAt: row.progressAt.toISOString(),
      finishedAt: row.finishedAt?.toISOString() ?? null,
    };
  }
}

export class CustomerImportPageDto extends PageDto {
  @NestedList(() => CustomerImportDto)
  data!: CustomerImportDto[];
}
