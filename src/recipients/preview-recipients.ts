import type { CsvRecord } from '../platform/csv/csv-records.js';
import { type FilePreview, problemOfFile, ProblemTally, samplesOf } from '../platform/csv/file-preview.js';
import { type FileReading, namesSeparator } from './import-recipients.js';
import { readColumns, readRow, targetOf } from './recipient-columns.js';

const TARGETS = ['phone', 'name', 'variables.…', '-'];

/** Reads the rows as the import of recipients does, and keeps none of them. */
export function previewRecipients(
  records: readonly CsvRecord[],
  { defaultCountry, mapping = {} }: FileReading,
): FilePreview {
  const all = records.filter((record) => !namesSeparator(record));
  const headers = (all[0]?.cells ?? []).map((cell) => cell.trim());
  const read = readColumns(headers, defaultCountry, mapping);
  const hasHeader = !read.ok || read.hasHeader;
  const rows = hasHeader ? all.slice(1) : all;
  const samples = samplesOf(
    rows.map(({ cells }) => cells),
    headers.length,
  );
  const preview = {
    hasHeader,
    columns: headers.map((header, index) => ({
      header: hasHeader ? header : '',
      target: hasHeader ? (targetOf(header, mapping) ?? '-') : index === 0 ? 'phone' : '-',
      samples: samples[index] ?? [],
    })),
    targets: TARGETS,
    rowsRead: rows.length,
  };
  if (!read.ok) return { ...preview, problems: [problemOfFile(read.reason)], rowsFailed: 0 };
  const { columns } = read;
  const tally = new ProblemTally();
  let rowsFailed = 0;
  for (const { line, cells } of rows) {
    const check = readRow(cells, columns, defaultCountry);
    if (check.ok) continue;
    rowsFailed++;
    tally.add(line, columns.phone, check.reason, cells[columns.phone] ?? '');
  }
  return { ...preview, problems: tally.list(), rowsFailed };
}
