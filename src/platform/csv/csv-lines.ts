import { stringify } from 'csv-stringify/sync';
import { toCsvCell } from './csv-cell.js';

export type CsvCell = string | number | null;

/**
 * Rows as CSV text, for every file that we write. A line break within a cell is always quoted, whatever ends our own
 * lines: readers take a lone `\n` or `\r` for the end of a row, and what follows it would be a row of the sender's
 * making. No cell begins a formula. Whole numbers stay as they are: `+919978783238` is what other programs expect.
 */
export function csvLines(rows: readonly (readonly CsvCell[])[], lineEnd: '\n' | '\r\n' = '\n'): string {
  const cells = rows.map((row) => row.map(guarded));
  return stringify(cells, { record_delimiter: lineEnd, quoted_match: /[\r\n]/ });
}

function guarded(cell: CsvCell): CsvCell {
  return typeof cell !== 'string' || /^[+-]?\d+$/.test(cell) ? cell : toCsvCell(cell);
}
