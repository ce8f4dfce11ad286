import {
  Flag,
  Instant,
  Integer,
  NestedList,
  OneOf,
  QueryFlag,
  Text,
  TextList,
  Uuid,
} from '../../platform/http/fields.js';
import { FileName, ImportId } from '../../platform/http/import-query.js';
import { PageDto } from '../../platform/http/paging.js';
import {
  PRODUCT_IMPORT_STATUSES,
  type ProductImport,
  type ProductImportStatus,
} from './product-import.entity.js';
import type { ImportError } from './import-run.js';

export const IMPORT_MODES = ['upsert', 'create', 'update'] as const;
export const STOCK_MODES = ['set', 'keep', 'add'] as const;

export class ImportProductsQuery {
  @OneOf(IMPORT_MODES, {
    optional: true,
    default: 'upsert',
    description: '`create` refuses SKUs that exist, `update` those that do not',
  })
  mode?: (typeof IMPORT_MODES)[number];

  @OneOf(STOCK_MODES, {
    optional: true,
    default: 'set',
    description:
      'What `quantity` does to a SKU that exists: replaces its stock, leaves it alone, or is added to it. A file exported yesterday and imported with `set` brings back stock that has been sold since',
  })
  stock?: (typeof STOCK_MODES)[number];

  @QueryFlag({ description: 'Changes nothing, and answers what would become of each row' })
  dryRun?: boolean;

  @ImportId()
  importId?: string;

  @FileName()
  fileName?: string;
}

export class ProductImportDto {
  @Uuid()
  id!: string;

  @OneOf(PRODUCT_IMPORT_STATUSES, {
    description:
      '`interrupted`: the connection or the process broke off. Rows read before that point were imported; import the same file again to complete it',
  })
  status!: ProductImportStatus;

  @OneOf(IMPORT_MODES)
  mode!: string;

  @OneOf(STOCK_MODES)
  stock!: string;

  @Flag()
  dryRun!: boolean;

  @Text({ nullable: true, max: 255, example: 'products.csv' })
  fileName!: string | null;

  @Integer({ description: 'Rows read so far, without the header' })
  rowsRead!: number;

  @Integer({ description: 'New products and variants' })
  rowsCreated!: number;

  @Integer({ description: 'Rows that changed a product or variant' })
  rowsUpdated!: number;

  @Integer({ description: 'Rows without any change' })
  rowsUnchanged!: number;

  @Integer({ description: 'Rejected rows; the reasons are under `errors`' })
  rowsFailed!: number;

  @TextList({ description: 'What was ignored, such as unknown columns' })
  warnings!: string[];

  @Text({ nullable: true })
  failureReason!: string | null;

  @Instant()
  startedAt!: string;

  @Instant({ description: 'When the counts were last updated' })
  progressAt!: string;

  @Instant({ nullable: true })
  finishedAt!: string | null;

  static of(row: ProductImport): ProductImportDto {
    return shown(row);
  }
}

export class ProductImportErrorDto {
  @Integer({ description: 'Where the row begins in the file, from 1' })
  line!: number;

  @Text({ nullable: true })
  sku!: string | null;

  @Text({ description: 'The header of the column; empty if the whole row is wrong' })
  field!: string;

  @Text()
  message!: string;
}

export class ProductImportReportDto extends ProductImportDto {
  @NestedList(() => ProductImportErrorDto, {
    description: 'The first 20; all of them under `errors` of the import',
  })
  errors!: ProductImportErrorDto[];

  static report({ row, errors }: { row: ProductImport; errors: ImportError[] }): ProductImportReportDto {
    const listed = errors.map(({ line, sku, field, message }) => ({ line, sku, field, message }));
    return { ...shown(row), errors: listed };
  }
}

export class ProductImportPageDto extends PageDto {
  @NestedList(() => ProductImportDto)
  data!: ProductImportDto[];
}

function shown(row: ProductImport) {
  return {
    id: row.id,
    status: row.status,
    mode: row.mode,
    stock: row.stock,
    dryRun: row.isDryRun,
    fileName: row.fileName,
    rowsRead: row.rowsRead,
    rowsCreated: row.rowsCreated,
    rowsUpdated: row.rowsUpdated,
    rowsUnchanged: row.rowsUnchanged,
    rowsFailed: row.rowsFailed,
    warnings: row.warnings,
    failureReason: row.failureReason,
    startedAt: row.startedAt.toISOString(),
    progressAt: row.progressAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
