import type { CsvRecord } from '../../platform/csv/csv-records.js';
import { type FilePreview, problemOfFile, ProblemTally, samplesOf } from '../../platform/csv/file-preview.js';
import { guessColumn, MAPPING_TARGETS, readHeader, targetOf } from './csv-header.js';
import { readRow, type RowReading } from './customer-row.js';

/** Reads the rows as the import of customers does, and keeps none of them. */
export function previewCustomers(
  [first, ...rows]: readonly CsvRecord[],
  reading: Omit<RowReading, 'columns'>,
  mapping: Readonly<Record<string, string>>,
): FilePreview {
  const headers = first?.cells ?? [];
  const samples = samplesOf(
    rows.map(({ cells }) => cells),
    headers.length,
  );
  const preview = {
    hasHeader: true,
    columns: headers.map((header, index) => ({
      header: header.trim(),
      target: targetOf(guessColumn(header, mapping)),
      samples: samples[index] ?? [],
    })),
    targets: [...MAPPING_TARGETS, 'attributes.…', '-'],
    rowsRead: rows.length,
  };
  const header = readHeader(headers, mapping);
  if (!header.ok) return { ...preview, problems: [problemOfFile(header.reason)], rowsFailed: 0 };
  const tally = new ProblemTally();
  let rowsFailed = 0;
  for (const { line, cells } of rows) {
    const row = readRow(cells, { ...reading, columns: header.columns });
    if (!Array.isArray(row)) continue;
    rowsFailed++;
    for (const { column, message } of row) {
      tally.add(line, column, message, column === null ? null : (cells[column] ?? ''));
    }
  }
  return { ...preview, problems: tally.list(), rowsFailed };
}
