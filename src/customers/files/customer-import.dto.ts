import { Instant, Integer, NestedList, OneOf, Text, Uuid } from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/paging.js';
import { type CustomerImport, IMPORT_STATUSES, type ImportStatus } from './customer-import.entity.js';

export class ImportCustomersQuery {
  @Text({
    optional: true,
    max: 20_000,
    example: '{"Trip":"attributes.saleDetails.destination","Internal note":"-"}',
    description:
      'What single columns mean, as a JSON object from header to a field, `attributes.…` or `-` (leave out)',
  })
  mapping?: string;

  @OneOf(['auto', 'text'], {
    optional: true,
    default: 'auto',
    description: 'Whether numbers, booleans and JSON in attribute columns become such, or all stays text',
  })
  values?: 'auto' | 'text';

  @OneOf(['add', 'replace'], {
    optional: true,
    default: 'add',
    description: 'Whether tags of a row are added to those of the customer, or take their place',
  })
  tags?: 'add' | 'replace';

  @Text({
    optional: true,
    max: 255,
    description: 'To recognise the import by; a form gives the name of its file',
  })
  fileName?: string;
}

export class CustomerImportDto {
  @Uuid()
  id!: string;

  @OneOf(IMPORT_STATUSES, {
    description:
      '`interrupted`: the connection or the process broke off. What was read until then is in; the same file again completes it',
  })
  status!: ImportStatus;

  @Text({ nullable: true, max: 255, example: 'customers.csv' })
  fileName!: string | null;

  @Integer({ description: 'Rows read so far, the header not counted' })
  rowsRead!: number;

  @Integer({ description: 'New customers' })
  rowsCreated!: number;

  @Integer({ description: 'Rows that changed a customer' })
  rowsUpdated!: number;

  @Integer({ description: 'Rows that said nothing new' })
  rowsUnchanged!: number;

  @Integer({ description: 'Rows that were refused; the reasons are under `errors`' })
  rowsFailed!: number;

  @Text({ nullable: true })
  failureReason!: string | null;

  @Instant()
  startedAt!: string;

  @Instant({ description: 'When the figures were last brought up to date' })
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
