import type { CsvRecord } from '../../platform/csv/csv-records.js';
import { type FilePreview, problemOfFile, ProblemTally, samplesOf } from '../../platform/csv/file-preview.js';
import { CSV_HEADER, guessColumn, readHeader } from './csv-columns.js';
import { readRow } from './product-row.js';

/** Reads the rows as the import of products does, and keeps none of them. Its columns cannot be mapped. */
export function previewProducts([first, ...rows]: readonly CsvRecord[], currency: string): FilePreview {
  const headers = first?.cells ?? [];
  const samples = samplesOf(
    rows.map(({ cells }) => cells),
    headers.length,
  );
  const preview = {
    hasHeader: true,
    columns: headers.map((header, index) => ({
      header: header.trim(),
      target: guessColumn(header),
      samples: samples[index] ?? [],
    })),
    targets: CSV_HEADER,
    rowsRead: rows.length,
  };
  const read = readHeader(headers);
  if (!read.ok) return { ...preview, problems: [problemOfFile(read.reason)], rowsFailed: 0 };
  const { header } = read;
  const tally = new ProblemTally();
  let rowsFailed = 0;
  for (const { line, cells } of rows) {
    const row = readRow(cells, header, currency);
    if (row.ok) continue;
    rowsFailed++;
    for (const { column, message } of row.errors) {
      tally.add(line, column, message, column === null ? null : (cells[column] ?? ''));
    }
  }
  const unknown = header.unknown.map((name) =>
    problemOfFile(`The column "${name}" is not known and is ignored.`, 'warning'),
  );
  return { ...preview, problems: [...tally.list(), ...unknown], rowsFailed };
}
