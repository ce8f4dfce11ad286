import { Instant, Integer, NestedList, OneOf, Text, Uuid } from '../../platform/http/fields.js';
import { AssumedCountry, FileName, ImportId } from '../../platform/http/import-query.js';
import { PageDto } from '../../platform/http/paging.js';
import {
  RECIPIENT_IMPORT_STATUSES,
  type RecipientImport,
  type RecipientImportStatus,
} from '../../recipients/imports/recipient-import.entity.js';
import { IntakeWarningDto } from './campaign-recipients.dto.js';

/** Of a file; a list in JSON takes none of it. */
export class ImportRecipientsQuery {
  @ImportId()
  importId?: string;

  @Text({
    optional: true,
    max: 20_000,
    example: '{"Contact":"phone","Trip":"variables.1","Internal note":"-"}',
    description:
      'Of a file: the meaning of single columns, as a JSON object from header to `phone`, `name`, `variables.…` or `-` (skip)',
  })
  mapping?: string;

  @AssumedCountry()
  defaultCountry?: string;

  @FileName()
  fileName?: string;
}

export class RecipientImportDto {
  @Uuid()
  id!: string;

  @Uuid()
  campaignId!: string;

  @OneOf(RECIPIENT_IMPORT_STATUSES, {
    description:
      '`interrupted`: the connection or the process broke off. Rows read before that point were added; import the same file again to complete it',
  })
  status!: RecipientImportStatus;

  @Text({ nullable: true, max: 255, example: 'people.csv' })
  fileName!: string | null;

  @Integer({ description: 'Rows read so far, without the header' })
  rowsRead!: number;

  @Integer({ description: 'New recipients' })
  rowsAdded!: number;

  @Integer({ description: 'Rows of people who were recipients already' })
  rowsKnown!: number;

  @Integer({ description: 'Rejected rows; the reasons are under `errors`' })
  rowsFailed!: number;

  @NestedList(() => IntakeWarningDto, { description: 'About the new recipients' })
  warnings!: IntakeWarningDto[];

  @Text({ nullable: true })
  failureReason!: string | null;

  @Instant()
  startedAt!: string;

  @Instant({ description: 'When the counts were last updated' })
  progressAt!: string;

  @Instant({ nullable: true })
  finishedAt!: string | null;

  static of(row: RecipientImport): RecipientImportDto {
    const warnings = [
      { code: 'us_marketing_restricted', count: row.rowsRestricted },
      { code: 'unsubscribed', count: row.rowsUnsubscribed },
    ];
    return {
      id: row.id,
      campaignId: row.campaignId,
      status: row.status,
      fileName: row.fileName,
      rowsRead: row.rowsRead,
      rowsAdded: row.rowsAdded,
      rowsKnown: row.rowsKnown,
      rowsFailed: row.rowsFailed,
      warnings: warnings.filter(({ count }) => count > 0),
      failureReason: row.failureReason,
      startedAt: row.startedAt.toISOString(),
      progressAt: row.progressAt.toISOString(),
      finishedAt: row.finishedAt?.toISOString() ?? null,
    };
  }
}

export class RecipientImportPageDto extends PageDto {
  @NestedList(() => RecipientImportDto)
  data!: RecipientImportDto[];
}
