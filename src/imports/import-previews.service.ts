import { Injectable } from '@nestjs/common';
import { OrganizationSettingsStore } from '../access/organizations/organization-settings.service.js';
import { Catalogs } from '../catalog/catalogs/catalogs.service.js';
import { previewProducts } from '../catalog/files/preview-products.js';
import { previewCustomers } from '../customers/files/preview-customers.js';
import { Clock } from '../platform/clock/clock.js';
import type { CsvRecord } from '../platform/csv/csv-records.js';
import type { FilePreview } from '../platform/csv/file-preview.js';
import { type FileStart, readStart } from '../platform/csv/file-start.js';
import type { Upload } from '../platform/http/upload.js';
import { previewRecipients } from '../recipients/preview-recipients.js';
import { DomainError } from '../rules/errors/domain-error.js';

const LOOKED_AT_BYTES = 256 * 1024;

export type PreviewAsked = {
  size: number | undefined;
  mapping: Record<string, string>;
  defaultCountry: string | undefined;
  areValuesTyped: boolean;
} & ({ kind: 'customers' | 'recipients' } | { kind: 'products'; catalogId: string });

export interface PreviewedFile {
  preview: FilePreview;
  isWhole: boolean;
  estimatedRows: number | null;
}

/** Shows what an import would make of a file, by the rules of that import. It writes nothing. */
@Injectable()
export class ImportPreviews {
  constructor(
    private readonly settings: OrganizationSettingsStore,
    private readonly catalogs: Catalogs,
    private readonly clock: Clock,
  ) {}

  async preview(organizationId: string, upload: Upload, asked: PreviewAsked): Promise<PreviewedFile> {
    const show = await this.previewOf(organizationId, asked);
    const start = await readStart(upload, { maxBytes: LOOKED_AT_BYTES, size: asked.size });
    if (start.records.length === 0) throw nothingIn(start);
    const preview = show(start.records);
    return { preview, isWhole: start.isWhole, estimatedRows: estimate(preview, start, asked.size) };
  }

  private async previewOf(
    organizationId: string,
    asked: PreviewAsked,
  ): Promise<(records: readonly CsvRecord[]) => FilePreview> {
    if (asked.kind === 'products') {
      const { currency } = await this.catalogs.get(organizationId, asked.catalogId);
      return (records) => previewProducts(records, currency);
    }
    const own = await this.settings.get(organizationId);
    const { mapping, areValuesTyped, defaultCountry = own.defaultCountry ?? undefined } = asked;
    if (asked.kind === 'recipients') {
      return (records) => previewRecipients(records, { defaultCountry, mapping });
    }
    const reading = { defaultCountry, areValuesTyped, now: this.clock.now(), listAgreedAt: null };
    return (records) => previewCustomers(records, reading, mapping);
  }
}

function nothingIn({ isWhole }: FileStart): DomainError {
  return isWhole
    ? new DomainError('invalid', 'csv_empty', 'The file is empty.')
    : new DomainError('invalid', 'csv_row_too_long', 'The first row of the file is longer than 256 KB.');
}

/** The rows that were not looked at are about as long as those that were. */
function estimate(
  { rowsRead }: FilePreview,
  { bytes, isWhole }: FileStart,
  size: number | undefined,
): number | null {
  if (isWhole) return rowsRead;
  return size === undefined ? null : Math.round((rowsRead * Math.max(size, bytes)) / bytes);
}
