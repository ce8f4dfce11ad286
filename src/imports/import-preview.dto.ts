import {
  Flag,
  Integer,
  NestedList,
  OneOf,
  QueryInteger,
  Text,
  TextList,
  Uuid,
} from '../platform/http/fields.js';
import { AssumedCountry } from '../platform/http/import-query.js';
import type { PreviewedFile } from './import-previews.service.js';

export const IMPORT_KINDS = ['customers', 'recipients', 'products'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

export class PreviewImportQuery {
  @OneOf(IMPORT_KINDS, {
    description:
      'What the file is for. Customers take the scope `customers:write`, recipients `campaigns:write`, products `catalog:write`',
  })
  kind!: ImportKind;

  @QueryInteger({ min: 1, description: 'Bytes of the whole file, if only its beginning is sent' })
  size?: number;

  @Text({
    optional: true,
    max: 20_000,
    example: '{"Contact":"phone","Internal note":"-"}',
    description: 'As for the import; customers and recipients only',
  })
  mapping?: string;

  @OneOf(['auto', 'text'], { optional: true, default: 'auto', description: 'As for the import of customers' })
  values?: 'auto' | 'text';

  @AssumedCountry()
  defaultCountry?: string;

  @Uuid({ optional: true, description: 'Of products: their catalog' })
  catalogId?: string;
}

export class ImportColumnDto {
  @Text({ example: 'Trip', description: 'As it stands in the file; empty if the file has no header' })
  header!: string;

  @Text({
    example: 'attributes.saleDetails.destination',
    description: 'What the import makes of it, as `mapping` names it; `-`: nothing',
  })
  target!: string;

  @TextList({ example: ['Bali', 'Goa'], description: 'Its first different values', maxItems: 5 })
  samples!: string[];
}

export class ImportProblemDto {
  @OneOf(['error', 'warning'], { description: 'An error keeps rows, or the whole file, from being imported' })
  severity!: string;

  @Integer({ nullable: true, description: 'Index of the column in `columns`' })
  column!: number | null;

  @Text({ example: 'does not say its country' })
  message!: string;

  @Integer({ nullable: true, example: 2, description: 'Rows with it; null if it is about the file' })
  count!: number | null;

  @Integer({ nullable: true, example: 17, description: 'Line of the first of them' })
  line!: number | null;

  @Text({ nullable: true, example: '9978783238' })
  sample!: string | null;
}

export class ImportPreviewDto {
  @OneOf(IMPORT_KINDS)
  kind!: ImportKind;

  @Flag({ description: 'The whole file was looked at' })
  isWhole!: boolean;

  @Flag({ description: 'The first line names the columns' })
  hasHeader!: boolean;

  @Integer({ example: 3_120, description: 'Rows looked at' })
  rowsRead!: number;

  @Integer({ example: 2, description: 'Rows among them that the import would reject' })
  rowsFailed!: number;

  @Integer({
    nullable: true,
    example: 1_000_000,
    description: 'Rows of the whole file; null if its size is not known',
  })
  estimatedRows!: number | null;

  @NestedList(() => ImportColumnDto)
  columns!: ImportColumnDto[];

  @TextList({ description: 'What a column can become', maxItems: 200 })
  targets!: string[];

  @NestedList(() => ImportProblemDto, { description: 'Those of the most rows first' })
  problems!: ImportProblemDto[];

  static of(kind: ImportKind, { preview, isWhole, estimatedRows }: PreviewedFile): ImportPreviewDto {
    const { hasHeader, rowsRead, rowsFailed, columns, targets, problems } = preview;
    return {
      ...{ kind, isWhole, hasHeader, rowsRead, rowsFailed, estimatedRows, columns, problems },
      targets: [...targets],
    };
  }
}
