import { fit } from '../../platform/database/storable-text.js';
import type { CsvHeader } from './csv-columns.js';

/** More than anyone corrects by hand. A file of nothing but errors would otherwise be stored several times its size. */
export const KEPT_ERRORS = 10_000;

export interface ImportCounts {
  rowsRead: number;
  rowsCreated: number;
  rowsUpdated: number;
  rowsUnchanged: number;
  rowsFailed: number;
}

export interface ImportError {
  line: number;
  /** The header of the column; empty if the whole row is wrong. */
  field: string;
  sku: string | null;
  message: string;
}

export interface ImportOptions {
  mode: 'upsert' | 'create' | 'update';
  stock: 'set' | 'keep' | 'add';
  isDryRun: boolean;
  fileName: string | null;
}

/** One import while it runs: what it was asked, and what has become of its rows so far. */
export class ImportRun {
  readonly counts: ImportCounts = {
    rowsRead: 0,
    rowsCreated: 0,
    rowsUpdated: 0,
    rowsUnchanged: 0,
    rowsFailed: 0,
  };
  private errors: ImportError[] = [];
  private kept = 0;

  constructor(
    readonly place: { organizationId: string; catalogId: string; keyId: string | null },
    readonly id: string,
    readonly options: ImportOptions,
  ) {}

  /** Of one row, which has failed. */
  fail(line: number, sku: string | null, problems: readonly { field: string; message: string }[]): void {
    this.counts.rowsFailed++;
    for (const { field, message } of problems) {
      if (this.kept === KEPT_ERRORS) return;
      this.kept++;
      this.errors.push({
        line,
        field: fit(field, 100),
        sku: fit(sku, 200),
        message: fit(message, 1_000),
      });
    }
  }

  takeErrors(): ImportError[] {
    const { errors } = this;
    this.errors = [];
    return errors;
  }
}

/** A problem names the field; the person with the file looks for its column. */
export function columnNameOf(header: CsvHeader, field: string): string {
  const [name] = field.split('.', 1);
  const index = header.columns.findIndex(
    (column) => column.to === name || (name === 'compliance' && column.to === 'importerAddress'),
  );
  return header.names[index] ?? field;
}
